import type { Clock, Timer } from "../clock.ts";
import { tokenLimit } from "../doors/token_limit.ts";
import type { AgentLoop } from "../engine/agent_loop.ts";
import type { ConversationEvent } from "../engine/observer.ts";
import { OPEN_MICROPHONE, type TurnTaking } from "../engine/turn_taking.ts";
import { ProviderError } from "../realtime/provider.ts";
import type { Services } from "../services.ts";
import type { BrowserFrame, EndCode, ServerFrame } from "./envelope.ts";
import { Outbox, type Page } from "./outbox.ts";
import { frameFor } from "./report.ts";
import {
  openRoute,
  type ReadyDetails,
  type Route,
  type RouteParts,
} from "./routes.ts";
import { findAgent, Session, StartError } from "./session.ts";
import { TimeLimit } from "./time_limit.ts";

/** A conversation waits this long for a page whose connection broke, in ms. */
const GRACE_MS = 30_000;

/**
 * One conversation with a page. It outlives the page's connection for a while:
 * the call goes on, and what the page has to hear is kept until it is back.
 */
export class SessionHost {
  readonly #services: Services;
  readonly #clock: Clock;
  readonly #abort = new AbortController();
  readonly #outbox: Outbox;
  #turnTaking: TurnTaking = OPEN_MICROPHONE;
  /** How turns are taken in the session as it was last set up. */
  #configured: TurnTaking = OPEN_MICROPHONE;
  #session: Session | undefined;
  /** What the page was told when the way was open. */
  #ready: ReadyDetails | undefined;
  /** How the audio travels, once the conversation has begun. */
  #route: Route | undefined;
  #loop: AgentLoop | undefined;
  #limit: TimeLimit | undefined;
  #grace: Timer | undefined;

  constructor(page: Page, services: Services, clock: Clock) {
    this.#services = services;
    this.#clock = clock;
    this.#outbox = new Outbox(
      page,
      () =>
        void this.#finish(
          "page_gone",
          "Too much happened while the browser was away",
        ),
    );
  }

  /** Begins; false where that could not be, and the page was told why. */
  async start(
    { agent, transport, turnTaking = OPEN_MICROPHONE }: Extract<
      BrowserFrame,
      { type: "start" }
    >,
  ): Promise<boolean> {
    const { config } = this.#services;
    this.#turnTaking = turnTaking;
    try {
      const cast = await findAgent(this.#services, agent);
      if (this.#abort.signal.aborted) return false;
      this.#session = new Session(
        this.#services,
        cast,
        (reason) => this.end("server_stopping", reason),
      );
      const route = await openRoute(
        transport === "socket" ? "socket" : config.handshake,
        this.#routeParts(this.#session),
      );
      if (this.#abort.signal.aborted) {
        void route.close();
        return false;
      }
      this.#route = route;
    } catch (error) {
      this.#session?.release();
      this.#refuse(error);
      return false;
    }
    this.#limit = new TimeLimit({
      clock: this.#clock,
      seconds: config.maxSessionSeconds,
      near: (seconds) => this.#warn(seconds),
      over: () =>
        void this.end(
          "time_limit",
          "The conversation has reached its time limit",
        ),
    });
    return true;
  }

  /** Goes on over another connection. */
  resume(page: Page): void {
    this.#clock.clear(this.#grace);
    this.#session!.log.info("The browser is back");
    this.#outbox.attach(page, { ...this.#readyFrame(), resumed: true });
  }

  /** A connection is gone; the conversation may outlive it for a while. */
  left(page: Page): void {
    if (!this.#outbox.detach(page) || this.#abort.signal.aborted) return;
    if (this.#ready === undefined) {
      void this.#finish("page_gone", "The browser left");
      return;
    }
    this.#session!.log.info("The browser is away");
    this.#grace = this.#clock.after(
      GRACE_MS,
      () => void this.#finish("page_gone", "The browser left"),
    );
  }

  /** Takes what the page says, once it has said how to begin. */
  receive(frame: BrowserFrame): void {
    if (frame.type === "turn_taking") {
      const { pushToTalk, bargeIn } = frame;
      this.#turnTaking = { pushToTalk, bargeIn };
      this.#loop?.takeTurns(this.#turnTaking);
      return;
    }
    if (this.#route === undefined) {
      this.#error(
        "not_started",
        `The conversation is about to begin: wait for "ready" before "${frame.type}"`,
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
      case "talk":
        if (this.#turnTaking.pushToTalk) this.#loop?.talk(frame.down);
        else {
          this.#error(
            "not_push_to_talk",
            `The microphone is open: send "turn_taking" with pushToTalk before "talk"`,
          );
        }
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

  /** Takes PCM16 audio; false where this conversation has none. */
  audio(pcm: ArrayBuffer): boolean {
    return this.#route?.audio?.(pcm) ?? false;
  }

  /** Ends the conversation and says why; resolves when its call is over. */
  async end(code: EndCode, reason: string): Promise<void> {
    if (this.#abort.signal.aborted) return;
    this.#outbox.send({ type: "ended", code, reason });
    await this.#finish(code, reason);
  }

  #routeParts(session: Session): RouteParts {
    return {
      session,
      provider: this.#services.provider,
      model: this.#services.config.model,
      signal: this.#abort.signal,
      config: () => {
        this.#configured = this.#turnTaking;
        return session.config(this.#configured);
      },
      ready: ({ clientSecret, ...details }) => {
        this.#ready = details;
        this.#outbox.send({ ...this.#readyFrame(), clientSecret });
      },
      send: (frame) => this.#outbox.send(frame),
      run: (link, { guarded = false } = {}) => {
        const loop = session.run(link, {
          turnTaking: this.#configured,
          observers: [
            (event) => this.#report(event),
            tokenLimit(
              this.#services.config.maxSessionTokens,
              () =>
                void this.end(
                  "token_limit",
                  "The conversation has used all its tokens",
                ),
            ),
          ],
          guard: guarded
            ? (reason) => void this.end("tampered", reason)
            : undefined,
        });
        this.#loop = loop;
        // The person has changed their mind while the call was being made.
        if (this.#turnTaking !== this.#configured) {
          loop.takeTurns(this.#turnTaking);
        }
        return loop;
      },
      refuse: (error) => this.#refuse(error),
      lost: (reason) => void this.end("call_lost", reason),
    };
  }

  /** With a new token: the one before is spent. */
  #readyFrame(): Extract<ServerFrame, { type: "ready" }> {
    const { id, cast: { name, agent } } = this.#session!;
    return {
      type: "ready",
      sessionId: id,
      agent: { name, title: agent.title },
      resumeToken: this.#services.resumptions.issue(this),
      ...this.#ready!,
    };
  }

  #report(event: ConversationEvent): void {
    const frame = frameFor(event, this.#session!.cast.company);
    if (frame !== undefined) this.#outbox.send(frame);
  }

  #warn(seconds: number): void {
    this.#outbox.send({
      type: "notice",
      code: "session_limit_near",
      message: `This conversation can go on for another ${seconds} seconds.`,
      seconds,
    });
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

  /** Resolves when the call is over. */
  async #finish(code: string, reason: string): Promise<void> {
    if (this.#abort.signal.aborted) return;
    this.#abort.abort(new DOMException(reason, "AbortError"));
    this.#limit?.clear();
    this.#clock.clear(this.#grace);
    this.#services.resumptions.forget(this);
    this.#outbox.close();
    this.#loop?.endsBecause(code, reason);
    this.#session?.release();
    await this.#route?.close();
  }

  #error(code: string, message: string, retryable = false): void {
    this.#outbox.send({ type: "error", code, message, retryable });
  }
}
