import type { Engine } from "./engine.ts";
import type { Grammar } from "./grammar.ts";
import { Pronunciations } from "./pronunciation.ts";
import { Recogniser } from "./recogniser.ts";

/** Recognisers at most; each takes about 20 MB. Speech beyond waits for a free one. */
const MOST = 24;

/**
 * Recognisers, lent for an utterance and used again. There is always one to spare (up to MOST), because making one
 * takes about 100 ms.
 */
export class RecogniserPool {
  #engine: Engine;
  #pronunciations: Pronunciations;
  #idle: Recogniser[] = [];
  #count = 0;
  #making = false;
  #waiting: {
    grammar: Grammar;
    use: (recogniser: Recogniser | undefined) => void;
  }[] = [];
  #onError: (error: unknown) => void;

  constructor(engine: Engine, onError: (error: unknown) => void) {
    this.#engine = engine;
    this.#pronunciations = new Pronunciations(engine.dictionary);
    this.#onError = onError;
  }

  /** Resolves with the first spare ready. */
  async load(): Promise<void> {
    if (this.#count === 0) await this.#make();
  }

  /**
   * One that was started with the grammar: at once if there is one to spare, else later; none if it refused the
   * grammar, which is reported. The result takes the request back.
   */
  borrow(
    grammar: Grammar,
    use: (recogniser: Recogniser | undefined) => void,
  ): () => void {
    const request = { grammar, use };
    this.#waiting.push(request);
    this.#serve();
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== request);
    };
  }

  /** Back for the next utterance; `broken` ones are thrown away. */
  giveBack(recogniser: Recogniser, broken = false): void {
    if (broken) this.#discard(recogniser);
    else this.#idle.push(recogniser);
    this.#serve();
  }

  #discard(recogniser: Recogniser): void {
    recogniser.close();
    this.#count--;
  }

  #serve(): void {
    while (this.#waiting.length > 0 && this.#idle.length > 0) {
      const { grammar, use } = this.#waiting.shift()!;
      const same = this.#idle.findIndex((recogniser) =>
        recogniser.grammar === grammar
      );
      const recogniser = this.#idle.splice(Math.max(same, 0), 1)[0]!;
      try {
        recogniser.start(grammar);
      } catch (error) {
        this.#discard(recogniser);
        this.#onError(error);
        use(undefined);
        continue;
      }
      use(recogniser);
    }
    if (this.#idle.length === 0 && !this.#making) {
      this.#make().catch(this.#onError);
    }
  }

  async #make(): Promise<void> {
    if (this.#making || this.#count >= MOST) return;
    this.#making = true;
    try {
      this.#count++;
      this.#idle.push(
        await Recogniser.create(this.#engine, this.#pronunciations),
      );
    } catch (error) {
      this.#count--;
      throw error;
    } finally {
      this.#making = false;
    }
    this.#serve();
  }
}
