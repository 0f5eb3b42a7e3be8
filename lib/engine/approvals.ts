import { type Clock, systemClock } from "../clock.ts";

/** A person has this long to answer, in ms; then nothing happens. */
const APPROVAL_TIMEOUT_MS = 60_000;

/** The calls that wait for a person's word. */
export class Approvals {
  #waiting = new Map<string, (approved: boolean) => void>();
  #clock: Clock;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /**
   * Waits for the word on a call.
   *
   * @returns False where it is refused, not answered in time, or `signal` fires.
   */
  ask(callId: string, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (approved: boolean) => {
        this.#waiting.delete(callId);
        this.#clock.clear(timer);
        signal.removeEventListener("abort", refuse);
        resolve(approved);
      };
      const refuse = () => settle(false);
      const timer = this.#clock.after(APPROVAL_TIMEOUT_MS, refuse);
      this.#waiting.set(callId, settle);
      if (signal.aborted) refuse();
      else signal.addEventListener("abort", refuse, { once: true });
    });
  }

  /** Nobody is asked any more. */
  refuseAll(): void {
    for (const settle of [...this.#waiting.values()]) settle(false);
  }

  /** Takes the person's word; false where no such call is waiting. */
  settle(callId: string, approved: boolean): boolean {
    const settle = this.#waiting.get(callId);
    settle?.(approved);
    return settle !== undefined;
  }
}
