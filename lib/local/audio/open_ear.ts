import type { Ear, HeardEvent, HearingSettings } from "./hearing.ts";
import type { HearingReply, HearingRequest } from "./hearing_messages.ts";

/** An Ear whose work is done by the hearing worker, and that outlives it. */
export class OpenEar implements Ear {
  #id: number;
  #settings: HearingSettings;
  #onEvent: (event: HeardEvent) => void;
  #send: (request: HearingRequest, transfer?: Transferable[]) => void;
  #onClose: () => void;
  #commits = new Map<number, PromiseWithResolvers<number>>();
  #nextCommit = 0;
  /** Sound given so far, in ms. */
  #givenMs = 0;
  /** Where the utterance under way began. */
  #speechMs: number | undefined;
  /** Why nothing is heard any more. */
  #deaf: Error | undefined;

  constructor(
    id: number,
    settings: HearingSettings,
    onEvent: (event: HeardEvent) => void,
    send: (request: HearingRequest, transfer?: Transferable[]) => void,
    onClose: () => void,
  ) {
    this.#id = id;
    this.#settings = settings;
    this.#onEvent = onEvent;
    this.#send = send;
    this.#onClose = onClose;
    this.#post({ type: "open", ear: id, settings, fromMs: 0 });
  }

  configure(settings: HearingSettings): void {
    this.#settings = settings;
    this.#post({ type: "configure", ear: this.#id, settings });
  }

  opus(packet: Uint8Array, missing = 0): void {
    this.#givenMs += 20 * (1 + missing);
    // A copy of its own: the packet may be a view of a buffer that its owner writes to again.
    const copy = packet.slice();
    this.#post({ type: "opus", ear: this.#id, packet: copy, missing }, [
      copy.buffer,
    ]);
  }

  pcm(samples: Int16Array): void {
    this.#givenMs += samples.length / 24;
    const copy = samples.slice();
    this.#post({ type: "pcm", ear: this.#id, samples: copy }, [copy.buffer]);
  }

  commit(): Promise<number> {
    if (this.#deaf) return Promise.reject(this.#deaf);
    const commit = this.#nextCommit++;
    const result = Promise.withResolvers<number>();
    this.#commits.set(commit, result);
    this.#post({ type: "commit", ear: this.#id, commit });
    return result.promise;
  }

  clear(): void {
    this.#post({ type: "clear", ear: this.#id });
  }

  close(): void {
    this.#post({ type: "close", ear: this.#id });
    this.end(new Error("The ear was closed"));
    this.#onClose();
  }

  /** What the worker tells. */
  reply(reply: Extract<HearingReply, { ear: number }>): void {
    if (this.#deaf) return;
    if (reply.type === "committed") {
      this.#commits.get(reply.commit)?.resolve(reply.durationMs);
      this.#commits.delete(reply.commit);
      return;
    }
    if (reply.event.type === "speech_started") {
      this.#speechMs = reply.event.atMs;
    }
    if (reply.event.type === "speech_stopped") this.#speechMs = undefined;
    this.#onEvent(reply.event);
  }

  /** The worker failed; `again` if the stream is to go on in another. */
  failed(error: Error, again: boolean): void {
    for (const commit of this.#commits.values()) commit.reject(error);
    this.#commits.clear();
    const atMs = Math.round(this.#givenMs);
    if (again) {
      this.#post({
        type: "open",
        ear: this.#id,
        settings: this.#settings,
        fromMs: atMs,
      });
    } else this.#deaf = error;
    if (this.#speechMs === undefined) return;
    // Whoever was told of the beginning waits for the end.
    const durationMs = Math.max(0, atMs - this.#speechMs);
    this.#speechMs = undefined;
    this.#onEvent({ type: "speech_stopped", atMs, durationMs });
    this.#onEvent({ type: "heard", text: "" });
  }

  /** Nothing is heard from here on. */
  end(reason: Error): void {
    this.#deaf ??= reason;
    for (const commit of this.#commits.values()) commit.reject(reason);
    this.#commits.clear();
  }

  #post(request: HearingRequest, transfer?: Transferable[]): void {
    if (!this.#deaf) this.#send(request, transfer);
  }
}
