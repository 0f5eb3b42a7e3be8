import { type Clock, delay } from "../../lib/clock.ts";
import type { Speaking } from "../../lib/local/audio/speaking.ts";
import type { Conversation, StoredItem } from "../../lib/local/conversation.ts";
import { ClientEventError } from "../../lib/local/errors.ts";
import type { AudioOutput } from "../../lib/local/output.ts";
import { ResponseWriter } from "../../lib/local/response_writer.ts";
import { usageOf } from "../../lib/local/usage.ts";
import type {
  RealtimeResponse,
  RealtimeResponseCreateParams,
  SessionConfig,
  UnsentServerEvent,
} from "../../lib/realtime/events.ts";
import { newId } from "../../lib/realtime/ids.ts";
import { nextReply } from "./script.ts";

/** The scripted model thinks this long, and as long over each word, in ms. */
export const WORD_MS = 20;

/** Why a response was cut short. */
export type CancelReason = "turn_detected" | "client_cancelled";

interface Active {
  id: string;
  abort: AbortController;
  reason: CancelReason;
  /** Resolves when it is over. */
  done: Promise<void>;
}

export interface ResponseParts {
  emit: (event: UnsentServerEvent) => void;
  session: () => SessionConfig;
  conversation: Conversation;
  output: AudioOutput;
  clock: Clock;
}

/** Makes the scripted model's responses, one at a time. */
export class ScriptedResponses {
  readonly #parts: ResponseParts;
  readonly #speaking: Pick<Speaking, "speak">;
  #active: Active | undefined;

  constructor(parts: ResponseParts) {
    const emit = pieceByPiece(parts.emit, parts.clock);
    this.#parts = { ...parts, emit };
    this.#speaking = { speak: wordByWord(parts.clock) };
  }

  /** Resolves when no response is being made. */
  async settled(): Promise<void> {
    while (this.#active !== undefined) await this.#active.done;
  }

  /** @throws {ClientEventError} `conversation_already_has_active_response` */
  create(params: RealtimeResponseCreateParams = {}): void {
    if (this.#active !== undefined) {
      throw new ClientEventError(
        "conversation_already_has_active_response",
        `Conversation already has an active response in progress: ${this.#active.id}`,
      );
    }
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const active: Active = {
      id: newId("resp"),
      abort: new AbortController(),
      reason: "client_cancelled",
      done,
    };
    this.#active = active;
    void this.#make(active, params).finally(resolve);
  }

  /** @throws {ClientEventError} `response_cancel_not_active` */
  cancel(reason: CancelReason, responseId = this.#active?.id): void {
    if (this.#active === undefined || this.#active.id !== responseId) {
      throw new ClientEventError(
        "response_cancel_not_active",
        "Cancellation failed: no active response found",
      );
    }
    this.#active.reason = reason;
    this.#active.abort.abort();
  }

  /** Cuts short what is being made, if anything is. */
  stop(reason: CancelReason): void {
    if (this.#active !== undefined) this.cancel(reason);
  }

  async #make(
    active: Active,
    params: RealtimeResponseCreateParams,
  ): Promise<void> {
    const { emit, conversation, output, clock } = this.#parts;
    const { tool_choice, output_modalities } = params;
    const session = {
      ...this.#parts.session(),
      ...tool_choice && { tool_choice },
      ...output_modalities && { output_modalities },
    };
    const { signal } = active.abort;
    const response: RealtimeResponse = {
      object: "realtime.response",
      id: active.id,
      status: "in_progress",
      output: [],
      conversation_id: conversation.id,
      output_modalities: session.output_modalities,
      metadata: params.metadata,
    };
    emit({ type: "response.created", response });
    await delay(WORD_MS, clock);
    const items = (params.input ?? conversation.items) as StoredItem[];
    const writer = new ResponseWriter(active.id, {
      emit,
      session,
      conversation: params.conversation === "none" ? undefined : conversation,
      speaking: this.#speaking,
      output,
      signal,
    });
    if (!signal.aborted) {
      const { instructions } = params;
      const heard = (id: string) => conversation.heard(id);
      await writer.write(nextReply({ session, instructions, items, heard }));
    }
    this.#active = undefined;
    emit({
      type: "response.done",
      response: {
        ...response,
        status: signal.aborted ? "cancelled" : "completed",
        status_details: signal.aborted
          ? { type: "cancelled", reason: active.reason }
          : undefined,
        output: writer.items,
        usage: usageOf({
          instructions: session.instructions ?? "",
          items,
          heardMs: () => 0,
          outputText: writer.text,
          spokenMs: writer.spokenMs,
        }),
      },
    });
    writer.finishPlayback(output);
  }
}

/**
 * Writes a call piece by piece, as a model does. In one turn of the event loop all
 * that comes before a call, and after it, would count as time its output took.
 */
function pieceByPiece(emit: ResponseParts["emit"], clock: Clock) {
  const waiting: UnsentServerEvent[] = [];
  let isThinking = false;
  const write = () => {
    while (!isThinking && waiting.length > 0) {
      const event = waiting.shift()!;
      emit(event);
      isThinking = event.type.startsWith("response.function_call_arguments");
      if (isThinking) clock.after(WORD_MS, goOn);
    }
  };
  const goOn = () => {
    isThinking = false;
    write();
  };
  return (event: UnsentServerEvent) => {
    waiting.push(event);
    write();
  };
}

/** Speaks without a sound, as fast as a model writes. */
function wordByWord(clock: Clock): Speaking["speak"] {
  return async function* (text, { signal }) {
    for (const word of text.split(/\s+/)) {
      await delay(WORD_MS, clock);
      if (signal?.aborted) return;
      yield { text: word, durationMs: WORD_MS, packets: [], pcm: null };
    }
  };
}
