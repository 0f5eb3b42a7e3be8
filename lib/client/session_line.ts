import { signal } from "@preact/signals";
import { type Clock, systemClock, type Timer } from "../clock.ts";
import {
  type BrowserFrame,
  parseServerFrame,
  type ServerFrame,
} from "../session/envelope.ts";
import { openSessionSocket } from "./preparation.ts";
import { Problem } from "./problems.ts";

export type ReadyFrame = Extract<ServerFrame, { type: "ready" }>;
type StartFrame = Extract<BrowserFrame, { type: "start" }>;

/** The server keeps a conversation this long for a browser that is away, in ms. */
const KEPT_MS = 30_000;
/** How long to wait before each try to come back, in seconds; the last one again and again. */
const WAITS = [1, 2, 4, 8];
/** The most frames that wait for the server. */
const MAX_WAITING = 200;

interface Listener {
  /** Takes what the server sends. */
  onFrame(frame: ServerFrame): void;
  /** The connection is gone, and with it the conversation. */
  onLost(problem: Problem): void;
  /** Takes what goes to the server. */
  onSent(frame: BrowserFrame): void;
}

/**
 * The browser's end of `/session`: one conversation over as many WebSockets as
 * it needs. One that breaks is made anew, and what was to be sent meanwhile is
 * sent then; sound is not, for it would come too late.
 */
export class SessionLine {
  /** Seconds until the next try; undefined while the connection stands. */
  readonly retryIn = signal<number | undefined>(undefined);
  readonly #url: URL;
  readonly #listener: Listener;
  readonly #clock: Clock;
  #socket: WebSocket | undefined;
  #resumeToken = "";
  /** Whether the conversation takes frames at this moment. */
  #stands = false;
  readonly #waiting: BrowserFrame[] = [];
  #timer: Timer | undefined;
  #closed = false;

  /** @param url Where `/session` is, with `ws:` or `wss:`. */
  constructor(url: URL, listener: Listener, clock: Clock = systemClock) {
    this.#url = url;
    this.#listener = listener;
    this.#clock = clock;
  }

  /**
   * Begins a conversation.
   *
   * @param prepared A WebSocket to use for it, if it still stands.
   * @throws {Problem} where the server can't be reached or says no.
   */
  async open(start: StartFrame, prepared?: WebSocket): Promise<ReadyFrame> {
    const stands = prepared !== undefined &&
      prepared.readyState <= WebSocket.OPEN;
    const ready = await this.#connect(
      start,
      stands ? prepared : openSessionSocket(this.#url),
    );
    this.#goOn(ready);
    return ready;
  }

  /** Sends a frame, or PCM16 audio. */
  send(message: BrowserFrame | Int16Array<ArrayBuffer>): void {
    const open = this.#stands && this.#socket!.readyState === WebSocket.OPEN;
    if (message instanceof Int16Array) {
      if (open) this.#socket!.send(message);
    } else if (open) this.#write(this.#socket!, message);
    else if (!this.#closed && this.#waiting.length < MAX_WAITING) {
      this.#waiting.push(message);
    }
  }

  /** Ends the conversation. */
  close(): void {
    this.#closed = true;
    this.#clock.clear(this.#timer);
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#write(this.#socket, { type: "stop" });
    }
    this.#socket?.close(1000);
    this.retryIn.value = undefined;
  }

  /** One WebSocket; resolves with its `ready`. */
  #connect(start: StartFrame, socket: WebSocket): Promise<ReadyFrame> {
    this.#socket = socket;
    return new Promise((resolve, reject) => {
      let stands = false;
      const begin = () => this.#write(socket, start);
      if (socket.readyState === WebSocket.OPEN) begin();
      else socket.addEventListener("open", begin);
      socket.addEventListener("message", ({ data }) => {
        if (this.#closed) return;
        const parsed = parseServerFrame(data);
        if (!parsed.ok) return console.warn(parsed.reason);
        const { frame } = parsed;
        if (frame.type === "ready") {
          stands = true;
          resolve(frame);
          this.#listener.onFrame(frame);
        } else if (frame.type === "error" && !stands) {
          reject(new Problem(frame.code, frame.message));
          socket.close(1000);
        } else this.#listener.onFrame(frame);
      });
      socket.addEventListener("close", () => {
        reject(new Problem("server_unreachable"));
        if (stands && socket === this.#socket && !this.#closed) this.#broke();
      });
    });
  }

  #goOn({ resumeToken }: ReadyFrame): void {
    this.#resumeToken = resumeToken;
    this.#stands = true;
    this.retryIn.value = undefined;
    for (const frame of this.#waiting.splice(0)) this.send(frame);
  }

  #broke(): void {
    this.#stands = false;
    const until = this.#clock.now() + KEPT_MS;
    let tries = 0;
    const wait = (seconds: number): void => {
      if (this.#closed) return;
      this.retryIn.value = seconds;
      this.#timer = this.#clock.after(
        1_000,
        () => seconds > 1 ? wait(seconds - 1) : void comeBack(),
      );
    };
    const comeBack = async (): Promise<void> => {
      this.retryIn.value = 0;
      try {
        const ready = await this.#connect({
          type: "start",
          resume: this.#resumeToken,
        }, openSessionSocket(this.#url));
        if (this.#closed) return;
        this.#goOn(ready);
      } catch (error) {
        if (this.#closed) return;
        const { code } = error as Problem;
        if (code !== "server_unreachable") this.#lost(error as Problem);
        else if (this.#clock.now() > until) {
          this.#lost(new Problem("server_gone"));
        } else wait(WAITS[Math.min(tries++, WAITS.length - 1)]!);
      }
    };
    wait(WAITS[0]!);
  }

  #lost(problem: Problem): void {
    this.#closed = true;
    this.retryIn.value = undefined;
    this.#listener.onLost(problem);
  }

  #write(socket: WebSocket, frame: BrowserFrame): void {
    this.#listener.onSent(frame);
    socket.send(JSON.stringify(frame));
  }
}
