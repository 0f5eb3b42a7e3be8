import type {
  RealtimeResponseCreateParams,
  RealtimeServerEvent,
} from "../realtime/events.ts";
import { sayExactly } from "../realtime/examples.ts";

/** A check on what an agent is saying. */
export interface Guardrail {
  /** Shown in the transcript when it trips. */
  name: string;
  /**
   * Looks at what has been said so far in one answer.
   *
   * @returns What is wrong with it, or nothing where it may be said.
   */
  check(text: string): string | undefined | Promise<string | undefined>;
  /** What to say instead; where left out, the model is told to correct itself. */
  instead?: string;
}

/** A guardrail that tripped. */
export interface Tripped {
  guardrail: Guardrail;
  reason: string;
  itemId: string;
}

/** So many new characters are worth another look, before an answer is complete. */
const CHECK_EVERY = 60;

/**
 * Follows what an agent says and looks at it through the agent's guardrails as
 * it forms. Each answer trips at most once.
 */
export class GuardrailWatch {
  #checked = new Map<string, { length: number; tripped: boolean }>();
  #texts = new Map<string, string>();
  #onTripped: (tripped: Tripped) => void;
  #onError: (name: string, error: unknown) => void;

  constructor(
    onTripped: (tripped: Tripped) => void,
    onError: (name: string, error: unknown) => void,
  ) {
    this.#onTripped = onTripped;
    this.#onError = onError;
  }

  /** @param guardrails Those of the agent that speaks at this moment. */
  observe(
    event: RealtimeServerEvent,
    guardrails: readonly Guardrail[] = [],
  ): void {
    switch (event.type) {
      case "response.output_audio_transcript.delta":
      case "response.output_text.delta":
        this.#heard(guardrails, event.item_id, event.delta);
        break;
      case "response.output_audio_transcript.done":
        void this.#complete(guardrails, event.item_id, event.transcript);
        break;
      case "response.output_text.done":
        void this.#complete(guardrails, event.item_id, event.text);
    }
  }

  /** More words of an answer. */
  #heard(
    guardrails: readonly Guardrail[],
    itemId: string,
    delta: string,
  ): void {
    const text = (this.#texts.get(itemId) ?? "") + delta;
    this.#texts.set(itemId, text);
    const checked = this.#checked.get(itemId)?.length ?? 0;
    if (text.length - checked >= CHECK_EVERY || /[.!?]\s*$/.test(text)) {
      void this.#check(guardrails, itemId, text);
    }
  }

  /** An answer in full; the last look at it. */
  async #complete(
    guardrails: readonly Guardrail[],
    itemId: string,
    text: string,
  ): Promise<void> {
    this.#texts.delete(itemId);
    if (this.#checked.get(itemId)?.length !== text.length) {
      await this.#check(guardrails, itemId, text);
    }
    this.#checked.delete(itemId);
  }

  async #check(
    guardrails: readonly Guardrail[],
    itemId: string,
    text: string,
  ): Promise<void> {
    const state = this.#checked.get(itemId) ?? { length: 0, tripped: false };
    state.length = text.length;
    this.#checked.set(itemId, state);
    for (const guardrail of guardrails) {
      if (state.tripped) return;
      let reason: string | undefined;
      try {
        reason = await guardrail.check(text);
      } catch (error) {
        this.#onError(guardrail.name, error);
        continue;
      }
      if (!reason || state.tripped) continue;
      state.tripped = true;
      this.#onTripped({ guardrail, reason, itemId });
    }
  }
}

/** The response in which the model corrects itself. */
export function correctionOf(
  { guardrail, reason }: Tripped,
): RealtimeResponseCreateParams {
  return {
    instructions: guardrail.instead === undefined
      ? `You were stopped because of what you were saying: ${reason}. Say briefly that you correct yourself, then answer without it.`
      : sayExactly(guardrail.instead),
    tool_choice: "none",
  };
}
