import { quantile } from "../statistics.ts";
import { residentMemory } from "./processes.ts";

/** Looks at a process's memory each second, until it is disposed. */
export class MemoryLog implements Disposable {
  readonly #begun = performance.now();
  readonly #samples: { second: number; megabytes: number }[] = [];
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(pid: number) {
    this.#timer = setInterval(async () => {
      const second = (performance.now() - this.#begun) / 1000;
      const megabytes = await residentMemory(pid);
      this.#samples.push({ second, megabytes });
    }, 1_000);
  }

  /** Seconds since it began. */
  get now(): number {
    return (performance.now() - this.#begun) / 1000;
  }

  /** The median between two moments, in seconds since it began; in MB. */
  median(from: number, to: number): number {
    const between = this.#samples.filter(({ second }) =>
      second >= from && second < to
    );
    return quantile(between.map(({ megabytes }) => megabytes), 0.5);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
