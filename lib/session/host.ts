import type { Clock } from "../clock.ts";
import { tokenLimit } from "../doors/token_limit.ts";
import type { ConversationEvent } from "../engine/observer.ts";
import { OPEN_MICROPHONE, type TurnTaking } from "../engine/turn_taking.ts";
import type { Services } from "../services.ts";
import type { ToolState } from "../store/call_notes.ts";
import type { KeptConversation } from "../store/conversation_store.ts";
import type { LiveSession } from "../store/live_sessions.ts";
import { withUnseenCalls } from "../store/unseen_calls.ts";
import { Absence } from "./absence.ts";
import { Calls } from "./calls.ts";
import type { BrowserFrame, EndCode, ServerFrame } from "./envelope.ts";
import { LiveRecord } from "./live_record.ts";
import type { Page } from "./outbox.ts";
import { takeFrame } from "./page_frame.ts";
import { PageLine } from "./page_line.ts";
import { Pause } from "./pause.ts";
import { frameFor, isForPage } from "./report.ts";
import { retell } from "./retell.ts";
import type { RouteDetails } from "./routes.ts";
import { type Cast, findAgent, Session, type TakenUp } from "./session.ts";
import { TimeLimit } from "./time_limit.ts";

/** A conversation that goes on in another process gets this long at least, in seconds. */
const LEAST_SECONDS = 10;

/**
 * One conversation with a page. It outlives the page's connection for a while:
 * the call goes on, and what the page has to hear is kept until it is back.
 */
export class SessionHost {
  readonly #services: Services;
  readonly #clock: Clock;
  readonly #abort = new AbortController();
  readonly #page: PageLine;
  readonly #absence: Absence;
  readonly #pause = new Pause(() => this.#calls?.loop?.quiet !== false);
  #turnTaking: TurnTaking = OPEN_MICROPHONE;
  /** How turns are taken in the session as it was last set up. */
  #configured: TurnTaking = OPEN_MICROPHONE;
  #session: Session | undefined;
  /** What the page was told when the way was open. */
  #ready: RouteDetails | undefined;
  #record: LiveRecord | undefined;
  /** What its tools remembered, and it had used, in another process. */
  #state: ToolState = [];
  #tokensUsed = 0;
  #calls: Calls | undefined;
  #limit: TimeLimit | undefined;

  constructor(page: Page, services: Services, clock: Clock) {
    this.#services = services;
    this.#clock = clock;
    this.#page = new PageLine(
      page,
      () =>
        void this.#finish(
          "page_gone",
          "Too much happened while the browser was away",
        ),
    );
    this.#absence = new Absence({
      clock,
      look: () => this.record.change({}),
      over: () => void this.#finish("page_gone", "The browser left"),
    });
  }

  /** What has to be known to go on with it, once it has begun. */
  get record(): LiveRecord {
    return this.#record!;
  }

  /** Begins; false where that could not be, and the page was told why. */
  async start(
    { agent, transport, turnTaking = OPEN_MICROPHONE, offer }: Extract<
      BrowserFrame,
      { type: "start" }
    >,
  ): Promise<boolean> {
    const { config } = this.#services;
    this.#turnTaking = turnTaking;
    const route = transport === "socket" ? "socket" : config.handshake;
    try {
      const cast = await findAgent(this.#services, agent);
      if (this.#abort.signal.aborted) return false;
      const { id } = this.#session = this.#newSession(cast);
      const calls = this.#keep(this.#session, {
        id,
        epoch: 0,
        server: this.#services.resumptions.server,
        agent: cast.name,
        route,
        greeted: false,
        turnTaking,
        startedAt: Date.now(),
        tokens: [],
      });
      await calls.begin(route);
      if (this.#abort.signal.aborted) return false;
      if (offer !== undefined) calls.receive({ type: "offer", sdp: offer });
    } catch (error) {
      this.#session?.release();
      this.#refuse(error);
      return false;
    }
    this.#limitTime(config.maxSessionSeconds);
    return true;
  }

  /** Goes on with what another process has begun; false where that could not be. */
  async takeUp(live: LiveSession): Promise<boolean> {
    const { config } = this.#services;
    this.#turnTaking = this.#configured = live.turnTaking;
    try {
      const cast = await findAgent(this.#services, live.agent);
      const kept = await this.#known(live);
      if (this.#abort.signal.aborted) return false;
      this.#session = this.#newSession(cast, { id: live.id, kept });
      const calls = this.#keep(this.#session, live);
      this.#state = await this.record.state();
      const { inputTokens = 0, outputTokens = 0 } = kept?.header.usage ?? {};
      this.#tokensUsed = inputTokens + outputTokens;
      this.#ready = {
        handshake: live.route === "ephemeral" ? "ephemeral" : "server",
        transport: live.route === "socket" ? "socket" : "webrtc",
      };
      // A token that nobody could know of would be worth nothing.
      const ready = { ...this.#readyFrame(), resumed: true, takenUp: true };
      this.#page.send(ready, this.record.settled());
      const forPage = live.route !== "ephemeral";
      for (const frame of retell(this.#session.recorded.turns(), forPage)) {
        this.#page.send(frame);
      }
      const passed = (Date.now() - live.startedAt) / 1000;
      this.#limitTime(
        Math.max(config.maxSessionSeconds - passed, LEAST_SECONDS),
      );
      await calls.goOn(live);
    } catch (error) {
      this.#refuse(error);
      await this.#finish("call_lost", "It could not go on in this process");
      return false;
    }
    return true;
  }

  /** Goes on over another connection. */
  resume(page: Page): void {
    this.#absence.end();
    this.#session!.log.info("The browser is back");
    const ready = { ...this.#readyFrame(), resumed: true };
    this.#page.attach(page, ready, this.record.settled());
  }

  /** A connection is gone; the conversation may outlive it for a while. */
  left(page: Page): void {
    if (!this.#page.detach(page) || this.#abort.signal.aborted) return;
    if (this.#ready === undefined) {
      void this.#finish("page_gone", "The browser left");
      return;
    }
    this.#session!.log.info("The browser is away");
    this.#absence.begin();
  }

  /** Takes what the page says, once it has said how to begin. */
  receive(frame: BrowserFrame): void {
    if (frame.type === "turn_taking") {
      const { pushToTalk, bargeIn } = frame;
      this.#turnTaking = { pushToTalk, bargeIn };
      this.#record?.change({ turnTaking: this.#turnTaking });
      this.#calls?.loop?.takeTurns(this.#turnTaking);
      return;
    }
    takeFrame(frame, {
      calls: this.#calls,
      turnTaking: this.#turnTaking,
      page: this.#page,
    });
  }

  /** Takes PCM16 audio; false where this conversation has none. */
  audio(pcm: ArrayBuffer): boolean {
    return this.#calls?.audio(pcm) ?? false;
  }

  /** Ends the conversation and says why; resolves when its call is over. */
  async end(code: EndCode, reason: string): Promise<void> {
    if (this.#abort.signal.aborted) return;
    this.#page.send({ type: "ended", code, reason });
    await this.#finish(code, reason);
  }

  /** Another process has the conversation: nothing of it is changed or told here. */
  letGo(): void {
    if (this.#abort.signal.aborted) return;
    this.#session?.log.info("The conversation goes on in another process");
    void this.#leave();
  }

  #newSession(cast: Cast, takenUp?: TakenUp): Session {
    return new Session(
      this.#services,
      cast,
      {
        end: (reason) => this.end("server_stopping", reason),
        handOver: (deadline) => this.#handOver(deadline),
      },
      takenUp,
    );
  }

  /** What another process has kept of the conversation. */
  async #known({ id }: LiveSession): Promise<KeptConversation | undefined> {
    const { store, live } = this.#services;
    const kept = await (await store()).takeUp(id);
    return kept && withUnseenCalls(kept, await (await live()).calls.begun(id));
  }

  /** Sets up what the conversation is kept with, and its calls. */
  #keep(session: Session, live: LiveSession): Calls {
    const { config, heartbeat, provider } = this.#services;
    const { log, recorded } = session;
    const record = this.#record = new LiveRecord({
      live: this.#services.live,
      session: { ...live, server: this.#services.resumptions.server },
      heartbeat,
      clock: this.#clock,
      log,
      told: recorded.flush,
      lost: () => this.letGo(),
    });
    return this.#calls = new Calls({
      provider,
      model: config.model,
      handshake: config.handshake,
      clock: this.#clock,
      record,
      config: () => {
        this.#configured = this.#turnTaking;
        return session.config(this.#configured, record.session.agent);
      },
      ready: ({ clientSecret, ...details }) => {
        this.#ready = details;
        const ready = { ...this.#readyFrame(), clientSecret };
        // A token that is not kept yet could not be used at another server.
        this.#page.send(ready, record.settled());
      },
      send: (frame) => {
        if (frame.type === "new_call") {
          const { type: _, reason: __, clientSecret: ___, ...details } = frame;
          this.#ready = details;
        }
        this.#page.send(frame);
      },
      begin: (link, how) => this.#run(session, record, link, how),
      turns: recorded.turns,
      history: recorded.history,
      refuse: (error) => this.#refuse(error),
      lost: (reason) => void this.end("call_lost", reason),
      notHungUp: (error) =>
        log.warn("The call could not be hung up", { error: String(error) }),
      warn: (message, error) => log.warn(message, { error: String(error) }),
    });
  }

  #run(
    session: Session,
    record: LiveRecord,
    link: Parameters<Session["run"]>[0],
    { guarded, takenUp }: { guarded: boolean; takenUp: boolean },
  ) {
    const { maxSessionTokens } = this.#services.config;
    const loop = session.run(link, {
      turnTaking: this.#configured,
      journal: record,
      takenUp: takenUp ? { state: this.#state } : undefined,
      observers: [
        (event) => this.#observe(event, record),
        tokenLimit(
          maxSessionTokens,
          () =>
            void this.end(
              "token_limit",
              "The conversation has used all its tokens",
            ),
          this.#tokensUsed,
        ),
      ],
      guarded,
      guard: (reason) => void this.end("tampered", reason),
    });
    // The person has changed their mind while the call was being made.
    if (this.#turnTaking !== this.#configured) loop.takeTurns(this.#turnTaking);
    return loop;
  }

  /** Tells the page what it should know of an event, once that is kept. */
  #observe(event: ConversationEvent, record: LiveRecord): void {
    const { cast, recorded } = this.#session!;
    if (event.type === "handoff") record.change({ agent: event.to });
    const frame: ServerFrame | undefined = event.type !== "received"
      ? frameFor(event, cast.company)
      : this.#calls!.forPage && isForPage(event.event)
      ? { type: "event", event: { ...event.event } }
      : undefined;
    if (frame !== undefined) this.#page.send(frame, recorded.kept());
    // The loop learns from an event after its observers have seen it.
    queueMicrotask(() => {
      this.#calls!.look();
      this.#pause.look();
    });
  }

  /** Leaves the conversation to another process, in its next pause. */
  async #handOver(deadline: AbortSignal): Promise<void> {
    const { shared } = await this.#services.live();
    if (!shared || this.#ready === undefined) {
      return await this.end("server_stopping", "The server is stopping");
    }
    this.#page.serverStopping();
    await this.#pause.next(deadline);
    await this.#session?.recorded.flush();
    await this.#record?.settled();
    this.#session?.log.info("The conversation is handed over");
    await this.#leave();
  }

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

  #limitTime(seconds: number): void {
    this.#limit = new TimeLimit({
      clock: this.#clock,
      seconds,
      near: (seconds) => this.#page.limitNear(seconds),
      over: () =>
        void this.end(
          "time_limit",
          "The conversation has reached its time limit",
        ),
    });
  }

  /** Tells the page why something could not be had. */
  #refuse(error: unknown): void {
    if (this.#abort.signal.aborted) return;
    this.#page.refuse(error, (this.#session ?? this.#services).log);
  }

  /** Resolves when the call is over. */
  async #finish(code: string, reason: string): Promise<void> {
    if (!this.#close(reason)) return;
    this.#calls?.loop?.endsBecause(code, reason);
    await Promise.all([this.#calls?.close(true), this.#record?.end()]);
  }

  /** Resolves when nothing of it is left here; the call goes on. */
  async #leave(): Promise<void> {
    if (!this.#close("The conversation goes on over another connection")) {
      return;
    }
    this.#calls?.loop?.letGo();
    this.#session?.letGo();
    this.#record?.close();
    await this.#calls?.close(false);
  }

  /** False where that has been done before. */
  #close(reason: string): boolean {
    if (this.#abort.signal.aborted) return false;
    this.#abort.abort(new DOMException(reason, "AbortError"));
    this.#limit?.clear();
    this.#absence.end();
    if (this.#record !== undefined) this.#services.resumptions.forget(this);
    this.#page.close();
    this.#session?.release();
    return true;
  }
}
