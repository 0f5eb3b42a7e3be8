import type {
  ConversationItem,
  RealtimeClientEvent,
  RealtimeServerEvent,
} from "../realtime/events.ts";
import { newId } from "../realtime/ids.ts";
import type { ActiveAgent } from "./active_agent.ts";
import type { ConversationEvent } from "./observer.ts";
import { outputItem } from "./output_item.ts";
import type { ResponseSequencer } from "./response_sequencer.ts";
import type { SessionGuard } from "./session_guard.ts";
import { ToolCalls, type ToolCallsParts } from "./tool_calls.ts";
import type { ToolCall } from "./tool_runner.ts";

export interface FunctionCallsParts extends Omit<ToolCallsParts, "answer"> {
  active: ActiveAgent;
  session: SessionGuard;
  sequencer: ResponseSequencer;
  send: (event: RealtimeClientEvent) => void;
  observe: (event: ConversationEvent) => void;
}

/**
 * The functions that a model calls: each call is taken once, however often it is
 * reported, hands over or runs a tool, and gets one output.
 */
export class FunctionCalls {
  readonly tools: ToolCalls;
  readonly #parts: FunctionCallsParts;
  readonly #seen = new Set<string>();
  /** The events that told the model of outputs. */
  readonly #outputs = new Set<string>();

  constructor(parts: FunctionCallsParts) {
    this.#parts = parts;
    this.tools = new ToolCalls({
      ...parts,
      answer: (callId, output) => this.#answer(callId, output),
    });
  }

  /** Takes the calls that an event tells of. */
  observe(event: RealtimeServerEvent): void {
    switch (event.type) {
      case "response.function_call_arguments.done":
        this.#called({
          callId: event.call_id,
          name: event.name,
          arguments: event.arguments,
        });
        break;
      case "response.done":
        // Some may have been made while nobody was there to hear of them.
        for (const item of event.response.output ?? []) this.calledBy(item);
    }
  }

  /** Takes the call that an item is, if it is a complete one. */
  calledBy(item: ConversationItem): void {
    if (item.type !== "function_call" || item.status === "incomplete") return;
    if (item.call_id === undefined) return;
    this.#called({
      callId: item.call_id,
      name: item.name,
      arguments: item.arguments,
    });
  }

  /** Whether an event says that the model did not take an output. */
  isRefusal(
    event: RealtimeServerEvent,
  ): event is Extract<RealtimeServerEvent, { type: "error" }> {
    return event.type === "error" &&
      this.#outputs.has(event.error.event_id ?? "");
  }

  #called(call: ToolCall): void {
    if (this.#seen.has(call.callId)) return;
    this.#seen.add(call.callId);
    const { active, sequencer } = this.#parts;
    sequencer.callOpened(call.callId);
    const target = active.handsOverTo(call.name);
    if (target !== undefined) this.#handOver(call, target);
    else this.tools.run(call, active.name, active.tools);
  }

  /** Makes the model another agent, in place: the conversation goes on. */
  #handOver({ callId }: ToolCall, to: string): void {
    const { active, session, observe } = this.#parts;
    const from = active.name;
    active.become(to);
    session.change(active.role);
    observe({ type: "handoff", callId, from, to });
    const { title, greeting = "" } = active.agent;
    this.#answer(callId, `This is the ${title}. ${greeting}`.trim());
  }

  #answer(callId: string, output: string): void {
    const event_id = newId("event");
    this.#outputs.add(event_id);
    this.#parts.send({
      type: "conversation.item.create",
      event_id,
      item: outputItem(callId, output),
    });
    this.#parts.sequencer.callAnswered(callId);
  }
}
