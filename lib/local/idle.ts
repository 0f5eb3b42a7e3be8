import type { Clock, Timer } from "../clock.ts";
import type { UnsentServerEvent } from "../realtime/events.ts";

export interface IdleParts {
  clock: Clock;
  /** How long a person may say nothing, in ms; null: as long as they like. */
  timeoutMs: () => number | null;
  /** The time is over; from and to in ms since the session began. */
  idle: (fromMs: number, toMs: number) => void;
}

/** Watches for a person who says nothing after the agent has spoken. */
export class IdleWatch {
  readonly #parts: IdleParts;
  readonly #epoch: number;
  #timer: Timer | undefined;

  constructor(parts: IdleParts) {
    this.#parts = parts;
    this.#epoch = parts.clock.now();
  }

  /** Learns from the session's own events who is at it. */
  observe({ type }: UnsentServerEvent): void {
    switch (type) {
      case "output_audio_buffer.stopped":
        this.#arm();
        break;
      case "output_audio_buffer.started":
      case "input_audio_buffer.speech_started":
      case "response.created":
        this.close();
    }
  }

  close(): void {
    this.#parts.clock.clear(this.#timer);
    this.#timer = undefined;
  }

  #arm(): void {
    this.close();
    const { clock, timeoutMs, idle } = this.#parts;
    const ms = timeoutMs();
    if (ms === null) return;
    const from = clock.now() - this.#epoch;
    this.#timer = clock.after(
      ms,
      () => idle(from, clock.now() - this.#epoch),
    );
  }
}
