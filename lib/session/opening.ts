import type { BrowserFrame } from "./envelope.ts";
import type { Route } from "./routes.ts";

/** A route from when it is wanted: it comes later, and may not be wanted by then. */
export class Opening {
  readonly #abort = new AbortController();
  #route: Route | undefined;

  /** Fires when the route is not wanted any more. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Whether the route is not wanted any more. */
  get dropped(): boolean {
    return this.#abort.signal.aborted;
  }

  /** The route is there. */
  take(route: Route): void {
    this.#route = route;
  }

  receive(frame: BrowserFrame): void {
    this.#route?.receive(frame);
  }

  /** Takes PCM16 audio; false where there is no way for it. */
  audio(pcm: ArrayBuffer): boolean {
    return this.#route?.audio?.(pcm) ?? false;
  }

  /** The route is not wanted any more; {@link Opening.close} leaves it. */
  abort(): void {
    this.#abort.abort();
  }

  /** Leaves the route, as {@link Route.close} has it. */
  async close(hangUp: boolean): Promise<void> {
    await this.#route?.close(hangUp);
  }
}
