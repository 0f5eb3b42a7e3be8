import type { Clock } from "../clock.ts";
import { TimeLimit } from "./time_limit.ts";

/**
 * A provider ends a session after 60 minutes (`session_expired`). From a minute
 * and a half before that on a new call is made in the next pause, in seconds,
 * and half a minute before it in any case.
 */
const CALL_SECONDS = 60 * 60 - 30;

export interface CallAgeParts {
  clock: Clock;
  /** A new call should be made in the next pause, from now on. */
  due: () => void;
  /** A new call has to be made now. */
  over: () => void;
}

/** How old the call in use is, and whether another one has to take its place. */
export class CallAge {
  readonly #parts: CallAgeParts;
  #limit: TimeLimit | undefined;
  #due = false;

  constructor(parts: CallAgeParts) {
    this.#parts = parts;
  }

  /** A call begins; the one before it does not count any more. */
  begin(): void {
    this.end();
    const { clock, due, over } = this.#parts;
    this.#limit = new TimeLimit({
      clock,
      seconds: CALL_SECONDS,
      near: () => {
        this.#due = true;
        due();
      },
      over,
    });
  }

  /** Whether the next pause is the time for a new call. */
  get due(): boolean {
    return this.#due;
  }

  /** A new call is being made. Where that fails, the end of the time is left. */
  heeded(): void {
    this.#due = false;
  }

  end(): void {
    this.#limit?.clear();
    this.#due = false;
  }
}
