import type { Clock } from "../clock.ts";
import type { RealtimeServerEvent } from "../realtime/events.ts";
import { costOf } from "../realtime/prices.ts";
import {
  EMPTY_TRANSCRIPT,
  reportNewCall,
  transcribe,
} from "../realtime/transcript.ts";
import type { MessageTurn, Turn } from "../realtime/turns.ts";
import type { ConversationEvent } from "./observer.ts";

/**
 * Two races that the sequencer settles, and a button to talk that was pressed too
 * briefly; nobody needs to hear of them.
 */
const BENIGN: ReadonlySet<string> = new Set([
  "response_cancel_not_active",
  "conversation_already_has_active_response",
  "input_audio_buffer_commit_empty",
]);

/** Nothing more becomes of a turn that so many others have followed. */
const MAX_TURNS = 20;

/**
 * Follows the model's events and tells what can be seen from them: settled turns,
 * usage, latency and errors.
 */
export class ConversationWatch {
  readonly #tell: (event: ConversationEvent) => void;
  readonly #clock: Clock;
  readonly #model: string;
  #transcript = EMPTY_TRANSCRIPT;
  #speaking = false;
  /** When the person stopped speaking, until the agent is heard. */
  #questionAt: number | undefined;

  /** @param model Says what a response costs. */
  constructor(
    tell: (event: ConversationEvent) => void,
    clock: Clock,
    model: string,
  ) {
    this.#tell = tell;
    this.#clock = clock;
    this.#model = model;
  }

  /** Whether the agent can be heard at this moment, as far as the wire tells. */
  get speaking(): boolean {
    return this.#speaking;
  }

  /** The call is a new one: nobody speaks on it yet. */
  renewed(): void {
    this.#speaking = false;
    this.#questionAt = undefined;
    const { turns } = this.#transcript;
    this.#transcript = reportNewCall(this.#transcript);
    this.#tellTurns(turns);
  }

  received(event: RealtimeServerEvent): void {
    const { turns } = this.#transcript;
    this.#transcript = transcribe(
      this.#transcript,
      event,
      Date.now(),
    );
    if (this.#transcript.turns !== turns) this.#tellTurns(turns);
    switch (event.type) {
      case "response.done":
        this.#responseDone(event.response);
        break;
      case "input_audio_buffer.speech_stopped":
        this.#questionAt = this.#clock.now();
        break;
      case "output_audio_buffer.started":
        this.#speaking = true;
        if (this.#questionAt !== undefined) {
          const ms = this.#clock.now() - this.#questionAt;
          this.#questionAt = undefined;
          this.#tell({ type: "latency", ms });
        }
        break;
      case "output_audio_buffer.stopped":
      case "output_audio_buffer.cleared":
        this.#speaking = false;
        break;
      case "error": {
        const { code, message } = event.error;
        if (!BENIGN.has(code ?? "")) {
          this.#tell({ type: "error", code: code ?? "model_error", message });
        }
      }
    }
  }

  #responseDone(
    { usage, status, status_details }: Extract<
      RealtimeServerEvent,
      { type: "response.done" }
    >["response"],
  ): void {
    if (usage) {
      const costUsd = costOf(this.#model, usage);
      this.#tell({ type: "usage", usage, costUsd });
    }
    if (status !== "failed") return;
    const { error } = status_details ?? {};
    this.#tell({
      type: "error",
      code: error?.code ?? "response_failed",
      message: error?.message ?? "The model could not answer",
    });
  }

  /**
   * Tells each message once for each way in which its words are settled: one that
   * was cut again when it is known how much of it was heard.
   */
  #tellTurns(before: readonly Turn[]): void {
    const { turns } = this.#transcript;
    for (const [at, turn] of turns.entries()) {
      // Most turns are as they were, and where they were.
      if (turn === before[at] || turn.kind !== "message") continue;
      const known = before.find(({ id }) => id === turn.id);
      if (turn.status === "forming" || isSettledAs(known, turn)) continue;
      this.#tell({ type: "turn", turn });
    }
    if (turns.length > 2 * MAX_TURNS) {
      this.#transcript = {
        ...this.#transcript,
        turns: turns.slice(-MAX_TURNS),
      };
    }
  }
}

/** Whether a turn was told already, as far as its words go. */
function isSettledAs(known: Turn | undefined, turn: MessageTurn): boolean {
  return known?.kind === "message" && known.status === turn.status &&
    known.heard === turn.heard;
}
