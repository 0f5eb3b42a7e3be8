import type {
  RealtimeResponse,
  RealtimeResponseCreateParams,
  SessionConfig,
  UnsentServerEvent,
} from "../realtime/events.ts";
import { newId } from "../realtime/ids.ts";
import type { Speaking } from "./audio/speaking.ts";
import type { Conversation, StoredItem } from "./conversation.ts";
import { ClientEventError } from "./errors.ts";
import type { AudioOutput } from "./output.ts";
import { type Reply, think } from "./brain/brain.ts";
import { ResponseWriter } from "./response_writer.ts";
import { usageOf } from "./usage.ts";

/** Why a response was cut short. */
export type CancelReason = "turn_detected" | "client_cancelled";

export interface ResponderParts {
  emit: (event: UnsentServerEvent) => void;
  session: () => SessionConfig;
  conversation: Conversation;
  speaking: Pick<Speaking, "speak">;
  output: AudioOutput;
  /** Milliseconds of speech in a user's item. */
  heardMs: (itemId: string) => number;
  /** Resolves once everything the person has said is recognised. */
  recognised: () => Promise<void>;
  /** Called when a response is over and another may begin. */
  over: () => void;
}

/** Makes responses, one at a time, and reports each by the protocol's events. */
export class Responder {
  #parts: ResponderParts;
  #active:
    | { id: string; abort: AbortController; reason?: CancelReason }
    | undefined;

  constructor(parts: ResponderParts) {
    this.#parts = parts;
  }

  get busy(): boolean {
    return this.#active !== undefined;
  }

  /**
   * Begins a response; its events follow.
   *
   * @throws {ClientEventError} `conversation_already_has_active_response`
   */
  create(params: RealtimeResponseCreateParams = {}): void {
    if (this.#active !== undefined) {
      throw new ClientEventError(
        "conversation_already_has_active_response",
        `Conversation already has an active response in progress: ${this.#active.id}. Wait until the response is finished before creating a new one.`,
      );
    }
    const active = { id: newId("resp"), abort: new AbortController() };
    this.#active = active;
    void this.#run(active, params);
  }

  /**
   * Stops the response being made; what is already in the playback plays on.
   *
   * @throws {ClientEventError} `response_cancel_not_active`
   */
  cancel(reason: CancelReason, responseId?: string): void {
    const active = this.#active;
    if (
      active === undefined ||
      (responseId !== undefined && responseId !== active.id)
    ) {
      throw new ClientEventError(
        "response_cancel_not_active",
        "Cancellation failed: no active response found",
      );
    }
    active.reason = reason;
    active.abort.abort();
  }

  async #run(
    active: { id: string; abort: AbortController; reason?: CancelReason },
    params: RealtimeResponseCreateParams,
  ): Promise<void> {
    const { emit, conversation, output } = this.#parts;
    const session = { ...this.#parts.session(), ...overridesOf(params) };
    const signal = active.abort.signal;
    const writer = new ResponseWriter(active.id, {
      ...this.#parts,
      session,
      conversation: params.conversation === "none" ? undefined : conversation,
      signal,
    });
    const response: RealtimeResponse = {
      object: "realtime.response",
      id: active.id,
      status: "in_progress",
      output: [],
      conversation_id: conversation.id,
      output_modalities: session.output_modalities,
      max_output_tokens: session.max_output_tokens,
      audio: {
        output: {
          format: session.audio?.output?.format,
          voice: this.#voice(session),
        },
      },
      metadata: params.metadata,
    };
    emit({ type: "response.created", response: { ...response } });
    const items = (params.input ?? conversation.items) as StoredItem[];
    try {
      await this.#parts.recognised();
      if (!signal.aborted) {
        await writer.write(this.#reply(session, params, items));
      }
      response.status = signal.aborted ? "cancelled" : writer.status;
      if (signal.aborted) {
        response.status_details = {
          type: "cancelled",
          reason: active.reason ?? "client_cancelled",
        };
      } else if (writer.status === "incomplete") {
        response.status_details = {
          type: "incomplete",
          reason: "max_output_tokens",
        };
      }
    } catch (error) {
      response.status = "failed";
      response.status_details = {
        type: "failed",
        error: {
          type: "server_error",
          code: "server_error",
          message: error instanceof Error ? error.message : String(error),
        },
      };
    }
    response.output = writer.items;
    response.usage = usageOf({
      instructions: session.instructions ?? "",
      items,
      heardMs: this.#parts.heardMs,
      outputText: writer.text,
      spokenMs: writer.spokenMs,
    });
    this.#active = undefined;
    emit({ type: "response.done", response });
    emit({
      type: "rate_limits.updated",
      rate_limits: [],
    });
    writer.finishPlayback(output);
    this.#parts.over();
  }

  #reply(
    session: SessionConfig,
    params: RealtimeResponseCreateParams,
    items: readonly StoredItem[],
  ): Reply {
    return think({
      session,
      instructions: params.instructions,
      items,
      heard: (id) => this.#parts.conversation.heard(id),
    });
  }

  #voice(session: SessionConfig): string | undefined {
    const voice = session.audio?.output?.voice;
    return typeof voice === "string" ? voice : voice?.id;
  }
}

/** What a `response.create` may set for itself alone. */
function overridesOf(
  params: RealtimeResponseCreateParams,
): Partial<SessionConfig> {
  const { tools, tool_choice, output_modalities, max_output_tokens } = params;
  return Object.fromEntries(
    Object.entries({ tools, tool_choice, output_modalities, max_output_tokens })
      .filter(([, value]) => value !== undefined),
  );
}
