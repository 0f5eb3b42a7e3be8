import type {
  RealtimeClientEvent,
  RealtimeServerEvent,
} from "../realtime/events.ts";
import { newId } from "../realtime/ids.ts";
import type { ResponseSequencer } from "./response_sequencer.ts";

/** Who holds the sequencer. */
const BUTTON = "button";

export interface TalkButtonParts {
  send: (event: RealtimeClientEvent) => void;
  sequencer: Pick<ResponseSequencer, "hold" | "request">;
  /** Silences the agent. */
  interrupt: () => void;
}

/**
 * The button of push to talk: what is said while it is down is one turn. The
 * answer is asked for when the peer has taken the turn and not before: a press
 * too short to hold any sound is no turn, and gets none.
 */
export class TalkButton {
  readonly #parts: TalkButtonParts;
  #down = false;
  /** The event that ended the latest turn, until the peer says what became of it. */
  #ending: string | undefined;

  constructor(parts: TalkButtonParts) {
    this.#parts = parts;
  }

  press(): void {
    this.#down = true;
    this.#parts.sequencer.hold(BUTTON, true);
    this.#parts.interrupt();
    this.#parts.send({ type: "input_audio_buffer.clear" });
  }

  /** A button that is not down can't go up. */
  release(): void {
    if (!this.#down) return;
    this.#down = false;
    this.#ending = newId("event");
    this.#parts.send({
      type: "input_audio_buffer.commit",
      event_id: this.#ending,
    });
  }

  /** Turns are not taken by the button any more. */
  drop(): void {
    this.#down = false;
    this.#ending = undefined;
    this.#settle();
  }

  /** Learns from the peer what became of a turn. */
  observe(event: RealtimeServerEvent): void {
    if (this.#ending === undefined) return;
    switch (event.type) {
      case "input_audio_buffer.committed":
        // Of an earlier turn perhaps: the later one, sent before what follows
        // here, is in the answer too.
        this.#parts.sequencer.request();
        break;
      case "error":
        if (event.error.event_id !== this.#ending) return;
        break;
      default:
        return;
    }
    this.#ending = undefined;
    this.#settle();
  }

  #settle(): void {
    if (!this.#down) this.#parts.sequencer.hold(BUTTON, false);
  }
}
