import { type Clock, systemClock } from "../clock.ts";
import type { Services } from "../services.ts";
import {
  type BrowserFrame,
  type EndCode,
  parseBrowserFrame,
  type ServerFrame,
  SUBPROTOCOL,
} from "./envelope.ts";
import { SessionHost } from "./host.ts";
import type { Page } from "./outbox.ts";

/** This many frames that can't be read end a session. */
const MAX_BAD_FRAMES = 10;

type StartFrame = Extract<BrowserFrame, { type: "start" }>;

/** Serves `/session` under the subprotocol `parley.v1`. */
export function hostSession(
  request: Request,
  services: Services,
  clock: Clock = systemClock,
): Response {
  const { socket, response } = Deno.upgradeWebSocket(request, {
    protocol: SUBPROTOCOL,
  });
  socket.binaryType = "arraybuffer";
  const page = new PageSocket(socket, services, clock);
  socket.addEventListener("message", ({ data }) => page.receive(data));
  socket.addEventListener("close", () => page.gone());
  return response;
}

/**
 * One WebSocket of a page. Its first frame says which conversation it is for: a
 * new one, or one whose connection broke.
 */
class PageSocket implements Page {
  readonly #socket: WebSocket;
  readonly #services: Services;
  readonly #clock: Clock;
  #host: SessionHost | undefined;
  #badFrames = 0;
  #closed = false;

  constructor(socket: WebSocket, services: Services, clock: Clock) {
    this.#socket = socket;
    this.#services = services;
    this.#clock = clock;
  }

  receive(data: unknown): void {
    if (this.#closed) return;
    if (typeof data !== "string") {
      const taken = data instanceof ArrayBuffer && this.#host?.audio(data);
      if (!taken) {
        this.#refuseFrame(
          "Binary frames carry PCM16 audio, and this conversation takes none here",
        );
      }
      return;
    }
    const parsed = parseBrowserFrame(data);
    if (parsed.ok) this.#handle(parsed.frame);
    else this.#refuseFrame(parsed.reason);
  }

  /** The WebSocket is closed. */
  gone(): void {
    this.#closed = true;
    this.#host?.left(this);
  }

  send(json: string): boolean {
    if (this.#socket.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(json);
    return true;
  }

  close(reason: string): void {
    this.#closed = true;
    this.#socket.close(1000, reason);
  }

  #handle(frame: BrowserFrame): void {
    switch (frame.type) {
      case "start":
        if (this.#host !== undefined) {
          this.#error("already_started", "This conversation has begun already");
        } else if (frame.resume !== undefined) this.#resume(frame.resume);
        else void this.#start(frame);
        break;
      case "stop":
        this.#end("stopped", "The browser ended the conversation");
        break;
      default:
        if (this.#host !== undefined) this.#host.receive(frame);
        else {
          this.#error(
            "not_started",
            `There is no conversation yet: send {"type":"start"} before "${frame.type}"`,
          );
        }
    }
  }

  async #start(frame: StartFrame): Promise<void> {
    const host = new SessionHost(this, this.#services, this.#clock);
    this.#host = host;
    // Where it could not begin, the page may try again.
    if (!await host.start(frame)) this.#host = undefined;
  }

  #resume(token: string): void {
    const host = this.#services.resumptions.redeem(token);
    if (host === undefined) {
      this.#error(
        "resume_failed",
        "This conversation is over, or goes on over another connection. Start a new one.",
      );
      return;
    }
    this.#host = host;
    host.resume(this);
  }

  #refuseFrame(reason: string): void {
    this.#badFrames++;
    this.#error("bad_frame", reason);
    if (this.#badFrames >= MAX_BAD_FRAMES) {
      this.#end(
        "bad_frames",
        `More than ${MAX_BAD_FRAMES - 1} frames could not be read`,
      );
    }
  }

  /** Ends the conversation, or what might have become one. */
  #end(code: EndCode, reason: string): void {
    if (this.#host !== undefined) {
      void this.#host.end(code, reason);
      return;
    }
    this.#write({ type: "ended", code, reason });
    this.close(reason);
  }

  #error(code: string, message: string): void {
    this.#write({ type: "error", code, message, retryable: false });
  }

  #write(frame: ServerFrame): void {
    this.send(JSON.stringify(frame));
  }
}
