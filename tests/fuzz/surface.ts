import { setImmediate } from "node:timers";
import * as fc from "fast-check";

/** A place where strangers' input comes in. */
export interface Surface<Input> {
  name: string;
  /** Its part of a long run, in per cent. */
  share: number;
  /** How many inputs of it a short run has. */
  short: number;
  inputs: fc.Arbitrary<Input>;
  open(): Promise<Target<Input>>;
}

/** What is put to the test, while it is open. */
export interface Target<Input> {
  /**
   * Puts one input in and looks at what comes of it.
   *
   * @throws where that is not what has to come of it.
   */
  check(input: Input, seen: Seen): Promise<void>;
  close(): Promise<void>;
}

/** Takes note of what became of an input. */
export interface Seen {
  /** Refused with this typed error. */
  refused(code: string): void;
  /** Taken. */
  accepted(): void;
}

/** What a run has seen. */
export interface Outcome {
  surface: string;
  inputs: number;
  /** How often each typed error was seen. */
  errors: Record<string, number>;
  accepted: number;
  seconds: number;
  failure?: Failure;
}

export interface Failure {
  kind: "hang" | "crash";
  message: string;
  /** The input, as small as it could be made. */
  counterexample: string;
}

export interface RunOptions {
  runs: number;
  seed: number;
  /** How long one input may take, in ms. */
  limitMs?: number;
  /** Told about every input, before it is put in. */
  onInput?: (count: number) => void;
}

/** As long may one input take, in ms; the slowest machine needs a tenth. */
const LIMIT_MS = 5_000;

/** As long is a smaller counterexample looked for, in ms. */
const SHRINK_MS = 60_000;

/** Puts so many inputs into a surface, until one of them fails. */
export async function run<Input>(
  surface: Surface<Input>,
  { runs, seed, limitMs = LIMIT_MS, onInput }: RunOptions,
): Promise<Outcome> {
  const errors: Record<string, number> = {};
  let accepted = 0;
  let inputs = 0;
  let shrinksUntil = Infinity;
  const seen: Seen = {
    refused: (code) => void (errors[code] = (errors[code] ?? 0) + 1),
    accepted: () => void accepted++,
  };
  const strays = new Strays();
  let target: Target<Input> | undefined;
  const began = performance.now();
  const property = fc.asyncProperty(surface.inputs, async (input) => {
    if (performance.now() > shrinksUntil) return;
    inputs++;
    onInput?.(inputs);
    target ??= await surface.open();
    try {
      await within(limitMs, () => target!.check(input, seen));
      await new Promise((resolve) => setImmediate(resolve));
      strays.rethrow();
    } catch (error) {
      // What has failed once is not to be trusted with the next input.
      const failed = target;
      target = undefined;
      shrinksUntil = Math.min(shrinksUntil, performance.now() + SHRINK_MS);
      await within(limitMs, () => failed.close()).catch(() => {});
      throw error;
    }
  });
  try {
    const details = await fc.check(property, {
      numRuns: runs,
      seed,
    });
    let failure: Failure | undefined = details.failed
      ? {
        ...describe(details.errorInstance),
        counterexample: fc.stringify(details.counterexample?.[0]),
      }
      : undefined;
    try {
      if (target !== undefined) await within(limitMs, () => target!.close());
      strays.rethrow();
    } catch (error) {
      failure ??= {
        ...describe(error),
        counterexample: "none alone: it was seen at the end",
      };
    }
    const seconds = (performance.now() - began) / 1000;
    const outcome = { surface: surface.name, inputs, errors, accepted };
    return { ...outcome, seconds, failure };
  } finally {
    strays.close();
  }
}

/** An input took longer than it may. */
class Hang extends Error {
  override name = "Hang";
}

/** @throws {Hang} where the work takes longer, be it busy or waiting. */
async function within(
  limitMs: number,
  work: () => Promise<void>,
): Promise<void> {
  const began = performance.now();
  const late = Promise.withResolvers<never>();
  const hang = () => new Hang(`It took more than ${limitMs} ms`);
  const timer = setTimeout(() => late.reject(hang()), limitMs);
  try {
    await Promise.race([work(), late.promise]);
  } finally {
    clearTimeout(timer);
  }
  if (performance.now() - began > limitMs) throw hang();
}

/** Errors that nobody caught: each of them would end the server. */
class Strays {
  #first: unknown;
  readonly #rejected = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    this.#first ??= event.reason;
  };
  readonly #thrown = (event: ErrorEvent) => {
    event.preventDefault();
    this.#first ??= event.error ?? event.message;
  };

  constructor() {
    globalThis.addEventListener("unhandledrejection", this.#rejected);
    globalThis.addEventListener("error", this.#thrown);
  }

  rethrow(): void {
    const first = this.#first;
    this.#first = undefined;
    if (first === undefined) return;
    throw new Error(`Nobody caught it: ${first}`, { cause: first });
  }

  close(): void {
    globalThis.removeEventListener("unhandledrejection", this.#rejected);
    globalThis.removeEventListener("error", this.#thrown);
  }
}

function describe(error: unknown): Pick<Failure, "kind" | "message"> {
  const kind = error instanceof Hang ? "hang" : "crash";
  if (!(error instanceof Error)) return { kind, message: String(error) };
  const cause = error.cause instanceof Error ? `\n${error.cause.stack}` : "";
  return { kind, message: `${error.stack}${cause}` };
}
