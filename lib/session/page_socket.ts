import { type Clock, systemClock } from "../clock.ts";
import {
  BAD_FRAMES,
  FrameDoor,
  type FrameRefusal,
} from "../doors/frame_door.ts";
import { isTooSlow, TOO_SLOW } from "../doors/slow_client.ts";
import { takeSocket } from "../doors/take_socket.ts";
import type { Visit } from "../doors/visits.ts";
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

/** A close code: the server can't do this at the moment (RFC 6455's registry). */
const TRY_AGAIN_LATER = 1013;

type StartFrame = Extract<BrowserFrame, { type: "start" }>;

/**
 * Serves `/session` under the subprotocol `parley.v1`.
 *
 * @param client Whose limits hold.
 */
export function hostSession(
  request: Request,
  services: Services,
  clock: Clock = systemClock,
  client = "unnamed",
): Response {
  const taken = takeSocket(request, services, client, {
    protocol: SUBPROTOCOL,
  });
  if (taken instanceof Response) return taken;
  const { socket, response, visit } = taken;
  socket.binaryType = "arraybuffer";
  const page = new PageSocket(socket, visit, services, clock);
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
  readonly #visit: Visit;
  readonly #services: Services;
  readonly #clock: Clock;
  readonly #door: FrameDoor;
  #host: SessionHost | undefined;
  /** It is being looked for, on another server perhaps. */
  #resuming = false;
  #tooSlow = false;
  #closed = false;

  constructor(
    socket: WebSocket,
    visit: Visit,
    services: Services,
    clock: Clock,
  ) {
    this.#socket = socket;
    this.#visit = visit;
    this.#services = services;
    this.#clock = clock;
    this.#door = new FrameDoor(services.log, services.doors.clock);
  }

  receive(data: unknown): void {
    if (this.#closed) return;
    const refusal = this.#door.check(data);
    if (refusal !== undefined) {
      this.#refuseFrame(refusal.message, refusal.code);
      return;
    }
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
    if (!this.#tooSlow && isTooSlow(this.#socket)) {
      this.#tooSlow = true;
      // Not at once: whoever sends is in the middle of something.
      queueMicrotask(() => this.#shutOut("too_slow", TOO_SLOW));
    }
    return true;
  }

  close(reason: string): void {
    this.#closed = true;
    this.#visit.end();
    this.#socket.close(1000, reason);
  }

  #handle(frame: BrowserFrame): void {
    switch (frame.type) {
      case "start":
        if (this.#host !== undefined || this.#resuming) {
          this.#error("already_started", "This conversation has begun already");
        } else if (frame.resume !== undefined) void this.#resume(frame.resume);
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
    const tooMany = this.#visit.begin();
    if (tooMany !== undefined) {
      this.#services.log.warn("A conversation was refused", {
        reason: tooMany.code,
      });
      this.#error(tooMany.code, tooMany.message, true);
      return;
    }
    const host = new SessionHost(this, this.#services, this.#clock);
    this.#host = host;
    // Where it could not begin, the page may try again.
    if (await host.start(frame)) return;
    this.#host = undefined;
    this.#visit.end();
  }

  async #resume(token: string): Promise<void> {
    let redeemed;
    this.#resuming = true;
    try {
      redeemed = await this.#services.resumptions.redeem(token);
    } catch (error) {
      this.#services.log.error("A conversation could not be found again", {
        error: String(error),
      });
      // The page tries again.
      this.#socket.close(TRY_AGAIN_LATER, "The database does not answer");
      return;
    } finally {
      this.#resuming = false;
    }
    if (redeemed === undefined) {
      this.#error(
        "resume_failed",
        "This conversation is over, or goes on over another connection. Start a new one.",
      );
      return;
    }
    const { host, session } = redeemed;
    this.#visit.goOn();
    if (host !== undefined) {
      this.#host = host;
      host.resume(this);
    } else {
      const host = new SessionHost(this, this.#services, this.#clock);
      this.#host = host;
      if (!await host.takeUp(session)) this.#host = undefined;
    }
    // It may have broken while the conversation was looked for.
    if (this.#closed) this.#host?.left(this);
  }

  #refuseFrame(reason: string, code: FrameRefusal["code"] = "bad_frame"): void {
    this.#error(code, reason);
    if (this.#door.refuse(code)) this.#shutOut("bad_frames", BAD_FRAMES);
  }

  #shutOut(code: EndCode, reason: string): void {
    this.#services.log.warn("A page was shut out", { code, reason });
    this.#end(code, reason);
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

  #error(code: string, message: string, retryable = false): void {
    this.#write({ type: "error", code, message, retryable });
  }

  #write(frame: ServerFrame): void {
    this.send(JSON.stringify(frame));
  }
}
