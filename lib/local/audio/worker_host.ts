/** What every worker posts once it can work. */
export interface Ready {
  type: "ready";
}

/**
 * A worker that is started when it is first needed and again after it failed.
 *
 * @typeParam Request what it is told
 * @typeParam Reply what it tells, besides `Ready`
 */
export class WorkerHost<Request, Reply extends { type: string }> {
  #name: string;
  #start: () => Worker;
  #onReply: (reply: Reply) => void;
  #onFailure: (error: Error, wasReady: boolean) => void;
  #worker: Worker | undefined;
  #ready: PromiseWithResolvers<void> | undefined;
  #isReady = false;

  /**
   * `onFailure` is told of every failure and whether the worker had been ready before it. By then it is gone, and the
   * next `post` or `load` starts another.
   */
  constructor({ name, start, onReply, onFailure }: {
    name: string;
    start: () => Worker;
    onReply: (reply: Reply) => void;
    onFailure: (error: Error, wasReady: boolean) => void;
  }) {
    this.#name = name;
    this.#start = start;
    this.#onReply = onReply;
    this.#onFailure = onFailure;
  }

  /** Whether there is a worker now. */
  get running(): boolean {
    return this.#worker !== undefined;
  }

  /**
   * Starts the worker if need be and resolves when it is ready.
   *
   * @throws {Error} if it cannot start, or is closed meanwhile
   */
  load(): Promise<void> {
    this.#run();
    return this.#ready!.promise;
  }

  post(request: Request, transfer: Transferable[] = []): void {
    this.#run().postMessage(request, transfer);
  }

  /** Ends the worker at once. */
  close(): void {
    this.#stop(new Error(`The ${this.#name} was closed`));
  }

  #run(): Worker {
    if (this.#worker) return this.#worker;
    this.#ready = Promise.withResolvers();
    // Whoever waits gets the rejection; nobody has to wait.
    this.#ready.promise.catch(() => {});
    const worker = this.#worker = this.#start();
    worker.onmessage = ({ data }: MessageEvent<Reply | Ready>) => {
      if (worker !== this.#worker) return;
      if (data.type !== "ready") return this.#onReply(data as Reply);
      this.#isReady = true;
      this.#ready?.resolve();
    };
    worker.onerror = (event) => {
      // Or it would end this process too.
      event.preventDefault();
      if (worker !== this.#worker) return;
      const wasReady = this.#isReady;
      const doing = wasReady ? "failed" : "could not start";
      const error = new Error(`The ${this.#name} ${doing}: ${event.message}`);
      this.#stop(error);
      this.#onFailure(error, wasReady);
    };
    return worker;
  }

  #stop(reason: Error): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#isReady = false;
    this.#ready?.reject(reason);
  }
}
