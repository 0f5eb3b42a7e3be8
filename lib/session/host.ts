import type { AgentLoop } from "../engine/agent_loop.ts";
import type { ConversationEvent } from "../engine/observer.ts";
import { type Clock, systemClock, type Timer } from "../clock.ts";
import { ProviderError } from "../realtime/provider.ts";
import type { Services } from "../services.ts";
import {
  type BrowserFrame,
  parseBrowserFrame,
  type ServerFrame,
  SUBPROTOCOL,
} from "./envelope.ts";
import { openRoute, type Route, type RouteParts } from "./routes.ts";
import { frameFor } from "./report.ts";
import { findAgent, Session, StartError } from "./session.ts";

/** This many frames that can't be read end a session. */
const MAX_BAD_FRAMES = 10;

/** Serves `/session` under the subprotocol `parley.v1`: one conversation a socket. */
export function hostSession(
  request: Request,
  services: Services,
  clock: Clock = systemClock,
): Response {
  const { socket, response } = Deno.upgradeWebSocket(request, {
    protocol: SUBPROTOCOL,
  });
  socket.binaryType = "arraybuffer";
  const host = new SessionHost(socket, services, clock);
  socket.addEventListener("message", ({ data }) => host.receive(data));
  socket.addEventListener("close", () => host.gone());
  return response;
}

class SessionHost {
  readonly #socket: WebSocket;
  readonly #services: Services;
  readonly #clock: Clock;
  readonly #abort = new AbortController();
  #starting = false;
  #session: Session | undefined;
  /** How the audio travels, once the conversation has begun. */
  #route: Route | undefined;
  #loop: AgentLoop | undefined;
  #limit: Timer | undefined;
  #badFrames = 0;

  constructor(socket: WebSocket, services: Services, clock: Clock) {
    this.#socket = socket;
    this.#services = services;
    this.#clock = clock;
  }

  receive(data: unknown): void {
    if (this.#abort.signal.aborted) return;
    if (typeof data !== "string") {
      const taken = data instanceof ArrayBuffer && this.#route?.audio?.(data);
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

  /** The browser is gone; the call may outlive it for a while. */
  gone(): void {
    if (this.#abort.signal.aborted) return;
    const graceMs = this.#route?.graceMs ?? 0;
    if (graceMs === 0) void this.#finish("The browser left");
    else {
      this.#clock.clear(this.#limit);
      this.#limit = this.#clock.after(
        graceMs,
        () => void this.#finish("The browser left"),
      );
    }
  }

  #handle(frame: BrowserFrame): void {
    if (frame.type === "start") {
      void this.#start(frame);
      return;
    }
    if (frame.type === "stop") {
      void this.#end("stopped");
      return;
    }
    if (this.#route === undefined) {
      this.#error(
        "not_started",
        `There is no conversation yet: send {"type":"start"} before "${frame.type}"`,
      );
      return;
    }
    switch (frame.type) {
      case "text":
        this.#loop?.text(frame.text);
        break;
      case "interrupt":
        this.#loop?.interrupt();
        break;
      case "approval":
        if (!this.#loop?.approve(frame.callId, frame.approve)) {
          this.#error(
            "nothing_to_approve",
            "This call does not wait for approval any more",
          );
        }
        break;
      default:
        this.#route.receive(frame);
    }
  }

  async #start(
    { agent, transport }: Extract<BrowserFrame, { type: "start" }>,
  ): Promise<void> {
    if (this.#starting || this.#route !== undefined) {
      this.#error("already_started", "This conversation has begun already");
      return;
    }
    this.#starting = true;
    try {
      const cast = await findAgent(this.#services, agent);
      this.#session = new Session(
        this.#services,
        cast,
        (reason) => this.#end(reason),
      );
      const route = await openRoute(
        transport === "socket" ? "socket" : this.#services.config.handshake,
        this.#routeParts(this.#session),
      );
      if (this.#abort.signal.aborted) {
        void route.close();
        return;
      }
      this.#route = route;
      this.#limit = this.#clock.after(
        this.#services.config.maxSessionSeconds * 1000,
        () => void this.#end("The conversation has reached its time limit"),
      );
    } catch (error) {
      this.#session?.release();
      this.#session = undefined;
      this.#loop = undefined;
      this.#refuse(error);
    } finally {
      this.#starting = false;
    }
  }

  #routeParts(session: Session): RouteParts {
    return {
      session,
      provider: this.#services.provider,
      model: this.#services.config.model,
      signal: this.#abort.signal,
      send: (frame) => this.#send(frame),
      run: (link, { guarded = false } = {}) => {
        this.#loop = session.run(link, {
          observers: [(event) => this.#report(event)],
          guard: guarded ? (reason) => void this.#end(reason) : undefined,
        });
        return this.#loop;
      },
      refuse: (error) => this.#refuse(error),
      lost: (reason) => void this.#end(reason),
    };
  }

  #report(event: ConversationEvent): void {
    const frame = frameFor(event, this.#session!.cast.company);
    if (frame !== undefined) this.#send(frame);
  }

  /** Tells the page why something could not be had. */
  #refuse(error: unknown): void {
    if (this.#abort.signal.aborted) return;
    const { log } = this.#session ?? this.#services;
    if (error instanceof StartError || error instanceof ProviderError) {
      log.warn("A conversation could not begin", {
        code: error.code,
        error: error.message,
      });
      this.#error(error.code, error.message, error.retryable);
      return;
    }
    log.error("A conversation could not begin", {
      error: error instanceof Error ? error.stack : String(error),
    });
    this.#error(
      "internal_error",
      "Something went wrong on the server. Its log says more.",
    );
  }

  #refuseFrame(reason: string): void {
    this.#badFrames++;
    this.#error("bad_frame", reason);
    if (this.#badFrames >= MAX_BAD_FRAMES) {
      void this.#end(
        `More than ${MAX_BAD_FRAMES - 1} frames could not be read`,
      );
    }
  }

  /** Ends the conversation and says why. */
  async #end(reason: string): Promise<void> {
    this.#send({ type: "ended", reason });
    const finished = this.#finish(reason);
    this.#socket.close(1000);
    await finished;
  }

  /** Resolves when the call is over. */
  async #finish(reason: string): Promise<void> {
    if (this.#abort.signal.aborted) return;
    this.#abort.abort(new DOMException(reason, "AbortError"));
    this.#clock.clear(this.#limit);
    this.#loop?.endsBecause(reason);
    this.#session?.release();
    await this.#route?.close();
  }

  #error(code: string, message: string, retryable = false): void {
    this.#send({ type: "error", code, message, retryable });
  }

  #send(frame: ServerFrame): void {
    if (this.#socket.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify(frame));
    }
  }
}
