import { EventQueue } from "../realtime/event_queue.ts";
import type {
  RealtimeClientEvent,
  RealtimeServerEvent,
  UnsentServerEvent,
} from "../realtime/events.ts";
import { newId } from "../realtime/ids.ts";
import type { ModelLink } from "../realtime/link.ts";

/**
 * A model that follows a script, for tests of agents and tools: the test says
 * what the model says, and what it expects to be told.
 *
 * ```ts
 * const model = new ScriptedLink();
 * // … an AgentLoop runs on it …
 * model.calls("get_weather", { location: "Rome" });
 * const output = await model.output();
 * await model.expect("response.create");
 * ```
 */
export class ScriptedLink implements ModelLink {
  readonly events = new EventQueue<RealtimeServerEvent>();
  readonly seesResponses: boolean;
  /** Everything that was sent and not yet expected, oldest first. */
  readonly sent: RealtimeClientEvent[] = [];
  #wake: (() => void) | undefined;
  #closed = false;

  /** @param seesResponses False to play AG2's wire, which hides responses. */
  constructor({ seesResponses = true } = {}) {
    this.seesResponses = seesResponses;
  }

  send(event: RealtimeClientEvent): void {
    this.sent.push(event);
    this.#wake?.();
  }

  close(): Promise<void> {
    this.#closed = true;
    this.events.end();
    this.#wake?.();
    return Promise.resolve();
  }

  /** The model sends this. */
  says(...events: UnsentServerEvent[]): void {
    for (const event of events) {
      this.events.push(
        { ...event, event_id: newId("event") } as RealtimeServerEvent,
      );
    }
  }

  /**
   * The model calls functions, all in one response.
   *
   * @returns The calls' ids, in their order.
   */
  calls(...calls: [name: string, args: unknown, callId?: string][]): string[] {
    const response_id = newId("resp");
    this.says({ type: "response.created", response: { id: response_id } });
    const ids = calls.map(([name, args, callId = newId("call")], index) => {
      this.says({
        type: "response.function_call_arguments.done",
        response_id,
        item_id: newId("item"),
        output_index: index,
        call_id: callId,
        name,
        arguments: typeof args === "string" ? args : JSON.stringify(args),
      });
      return callId;
    });
    this.says({
      type: "response.done",
      response: { id: response_id, status: "completed" },
    });
    return ids;
  }

  /** The model says something, as text. */
  answers(text: string): void {
    const response_id = newId("resp");
    const item_id = newId("item");
    const ids = { response_id, item_id, output_index: 0, content_index: 0 };
    this.says(
      { type: "response.created", response: { id: response_id } },
      {
        type: "conversation.item.added",
        item: {
          id: item_id,
          type: "message",
          role: "assistant",
          status: "in_progress",
          content: [],
        },
      },
      { type: "response.output_audio_transcript.delta", ...ids, delta: text },
      {
        type: "response.output_audio_transcript.done",
        ...ids,
        transcript: text,
      },
      {
        type: "conversation.item.done",
        item: {
          id: item_id,
          type: "message",
          role: "assistant",
          status: "completed",
          content: [{ type: "output_audio", transcript: text }],
        },
      },
      {
        type: "response.done",
        response: { id: response_id, status: "completed" },
      },
    );
  }

  /**
   * The next thing that is sent has to be this.
   *
   * @throws {Error} that shows what was sent instead, or that nothing came
   * before the link was closed.
   */
  async expect<Type extends RealtimeClientEvent["type"]>(
    type: Type,
  ): Promise<Extract<RealtimeClientEvent, { type: Type }>> {
    while (this.sent.length === 0) {
      if (this.#closed) {
        throw new Error(`Expected ${type}, but the link was closed`);
      }
      await new Promise<void>((resolve) => this.#wake = resolve);
      this.#wake = undefined;
    }
    const event = this.sent.shift()!;
    if (event.type !== type) {
      throw new Error(`Expected ${type}, not ${JSON.stringify(event)}`);
    }
    return event as Extract<RealtimeClientEvent, { type: Type }>;
  }

  /**
   * The next thing that is sent has to be a function's output.
   *
   * @param callId Of this call, where one is given.
   */
  async output(callId?: string): Promise<string> {
    const { item } = await this.expect("conversation.item.create");
    if (item.type !== "function_call_output") {
      throw new Error(`Expected an output, not ${JSON.stringify(item)}`);
    }
    if (callId !== undefined && item.call_id !== callId) {
      throw new Error(`Expected the output of ${callId}, not ${item.call_id}`);
    }
    return item.output;
  }
}
