import type { Clock } from "../clock.ts";
import type { AgentLoop } from "../engine/agent_loop.ts";
import type { SessionConfig } from "../realtime/events.ts";
import type { ModelLink } from "../realtime/link.ts";
import type { RealtimeProvider } from "../realtime/provider.ts";
import { RenewableLink } from "../realtime/renewable_link.ts";
import type { Turn } from "../realtime/turns.ts";
import type { LiveSession } from "../store/live_sessions.ts";
import { CallAge } from "./call_age.ts";
import { catchUp, readerOf } from "./catch_up.ts";
import type { BrowserFrame, RenewalReason, ServerFrame } from "./envelope.ts";
import type { LiveRecord } from "./live_record.ts";
import { Opening } from "./opening.ts";
import { pendingCalls } from "./pending_calls.ts";
import { rejoinRelay } from "./relay_route.ts";
import { RenewalLimit } from "./renewal_limit.ts";
import { owesAnswer, replay } from "./replay.ts";
import {
  openRoute,
  type Route,
  type RouteDetails,
  type RouteName,
  type RouteParts,
} from "./routes.ts";
import { rejoinServerCall } from "./server_route.ts";
import type { TailReader } from "./tail.ts";

/** So many texts wait for the agent. */
const MAX_EARLY = 50;

export interface CallsParts {
  provider: RealtimeProvider;
  model: string;
  handshake: "server" | "ephemeral";
  clock: Clock;
  record: LiveRecord;
  /** The session as it is to be set up at this moment. */
  config: () => SessionConfig;
  /** Tells the page that the first way is open. */
  ready: (details: RouteDetails) => void;
  send: (frame: ServerFrame) => void;
  /** Runs the agent on a link that leads from call to call. */
  begin: (
    link: ModelLink,
    how: { guarded: boolean; takenUp: boolean },
  ) => AgentLoop;
  /** What has been said and done so far. */
  turns: () => readonly Turn[];
  /** Reads all that has been said and done. */
  history: () => Promise<readonly Turn[]>;
  /** Tells the page that something could not be had. */
  refuse: (error: unknown) => void;
  /** There is no call, and none can be made. */
  lost: (reason: string) => void;
  notHungUp: (error: unknown) => void;
  /** What only the operator needs to know. */
  warn: (message: string, error: unknown) => void;
}

/**
 * The calls of one conversation, one after the other: each that ends, or is about
 * to, is followed by a new one that is told what was said before.
 */
export class Calls {
  readonly #parts: CallsParts;
  readonly #age: CallAge;
  readonly #renewals: RenewalLimit;
  #current: Opening | undefined;
  /** The one that will take the current one's place. */
  #next: Opening | undefined;
  #link: RenewableLink | undefined;
  #loop: AgentLoop | undefined;
  #forPage = false;
  /** Whether the next call's model owes the person an answer. */
  #owesAnswer = false;
  #open = false;
  /** Whether it is being found out what has happened meanwhile. */
  #catchingUp = false;
  #early: string[] = [];
  #closed = false;

  constructor(parts: CallsParts) {
    this.#parts = parts;
    this.#renewals = new RenewalLimit(parts.clock);
    this.#age = new CallAge({
      clock: parts.clock,
      due: () => this.look(),
      over: () => {
        if (this.#next === undefined) void this.renew("call_limit");
      },
    });
  }

  /** The page gets the model's events from the server. */
  get forPage(): boolean {
    return this.#forPage;
  }

  get loop(): AgentLoop | undefined {
    return this.#loop;
  }

  /** Whether the page has been told of a way. */
  get open(): boolean {
    return this.#open;
  }

  /**
   * Opens the first way.
   *
   * @throws {ProviderError} where the provider says no.
   */
  async begin(name: RouteName): Promise<void> {
    const opening = this.#current = new Opening();
    await this.#opened(
      opening,
      name,
      openRoute(name, {
        ...this.#routeParts(opening, undefined),
        ready: this.#parts.ready,
        run: (link, flow = {}) => {
          this.#use(link, flow);
          this.#start(flow, false);
        },
        stands: () => this.#stand(),
      }),
    );
  }

  /** Goes on with the call of another process, or with a new one. */
  async goOn({ route, callId, outside }: LiveSession): Promise<void> {
    this.#open = true;
    const opening = this.#current = new Opening();
    let tail: TailReader | undefined;
    const parts: RouteParts = {
      ...this.#routeParts(opening, undefined),
      run: (link, flow = {}) => {
        const { record, clock } = this.#parts;
        const { signal } = opening;
        const turns = this.#parts.turns();
        tail = readerOf(link, { turns, record, clock, signal });
        this.#use(tail.link, flow);
        this.#start(flow, true).rejoined();
      },
      stands: () => this.#stand(),
    };
    try {
      if (route === "socket") throw new Error("Its link ended with the server");
      opening.take(
        route === "ephemeral"
          ? rejoinRelay(parts)
          : await rejoinServerCall(parts, callId ?? ""),
      );
    } catch {
      this.#current = undefined;
      if (!this.#closed) await this.renew("server_restarted", route);
      return;
    }
    if (this.#closed) return await opening.close(false);
    this.#catchingUp = true;
    await this.#catchUp(tail!, outside);
  }

  /** Makes a new call, which takes the place of the one there is when it stands. */
  async renew(
    reason: RenewalReason,
    name: RouteName = this.#parts.record.session.route,
  ): Promise<void> {
    if (!this.#renewals.count()) {
      return this.#parts.lost("The call to the model ended again and again");
    }
    this.#next?.abort();
    void this.#next?.close(true);
    const opening = this.#next = new Opening();
    try {
      await this.#opened(
        opening,
        name,
        openRoute(name, {
          ...this.#routeParts(opening, reason),
          ready: (details) =>
            this.#parts.send({ type: "new_call", reason, ...details }),
          run: (link, flow = {}) => this.#switch(link, flow, reason),
          stands: () => this.#switched(opening),
        }),
      );
    } catch (error) {
      if (opening.dropped) return;
      this.#failed(opening, error);
    }
  }

  /** What the person typed; it waits until it is known what was before it. */
  text(text: string): void {
    if (this.#loop !== undefined && !this.#catchingUp) this.#loop.text(text);
    else if (this.#early.length < MAX_EARLY) this.#early.push(text);
  }

  receive(frame: BrowserFrame): void {
    if (frame.type === "new_call") {
      void this.renew(
        "page_asked",
        frame.transport === "socket" ? "socket" : this.#parts.handshake,
      );
    } else (this.#next ?? this.#current)?.receive(frame);
  }

  /** Takes PCM16 audio; false where there is no way for it. */
  audio(pcm: ArrayBuffer): boolean {
    return (this.#next ?? this.#current)?.audio(pcm) ?? false;
  }

  /** Something has happened: perhaps it is quiet now. */
  look(): void {
    const { due } = this.#age;
    if (!due || !this.#loop?.quiet || this.#next !== undefined) return;
    this.#age.heeded();
    void this.renew("call_limit");
  }

  /**
   * Leaves every call.
   *
   * @param hangUp False where another process goes on with the call.
   */
  async close(hangUp: boolean): Promise<void> {
    this.#closed = true;
    this.#age.end();
    const openings = [this.#current, this.#next];
    for (const opening of openings) opening?.abort();
    await this.#link?.close();
    await Promise.all(openings.map((opening) => opening?.close(hangUp)));
  }

  #routeParts(
    opening: Opening,
    reason: RenewalReason | undefined,
  ): Omit<RouteParts, "run" | "stands"> {
    const { provider, model, config, send, record, notHungUp } = this.#parts;
    return {
      provider,
      model,
      config,
      send,
      notHungUp,
      signal: opening.signal,
      ready: () => {},
      called: (callId) => record.change({ callId }),
      refuse: (error) => {
        if (opening.dropped) return;
        this.#parts.refuse(error);
        if (reason !== undefined) this.#unlessStands();
      },
      lost: (why) => {
        if (!opening.dropped) this.#parts.lost(why);
      },
    };
  }

  async #opened(
    opening: Opening,
    name: RouteName,
    opened: Promise<Route>,
  ): Promise<void> {
    this.#parts.record.change({ route: name, callId: undefined });
    opening.take(await opened);
    this.#open = true;
    if (opening.dropped) await opening.close(true);
  }

  #use(link: ModelLink, { forPage = false }: { forPage?: boolean }): boolean {
    this.#forPage = forPage;
    this.#link ??= new RenewableLink(link.seesResponses, () => this.#ended());
    return this.#link.use(link);
  }

  #start({ guarded = false }: { guarded?: boolean }, takenUp: boolean) {
    this.#loop = this.#parts.begin(this.#link!, { guarded, takenUp });
    this.#age.begin();
    return this.#loop;
  }

  /** The new call's events flow: what was said before is told to its model. */
  #switch(
    link: ModelLink,
    flow: { guarded?: boolean; forPage?: boolean },
    reason: RenewalReason,
  ): void {
    const turns = this.#parts.turns();
    const guarded = flow.guarded ?? false;
    const before = this.#loop;
    before?.renewed(reason, guarded);
    const said = this.#use(replay(link, this.#parts.history()), flow);
    const loop = before ?? this.#start(flow, true);
    // The one before was lost with the process that had it.
    if (before === undefined) loop.renewed(reason, guarded);
    this.#owesAnswer = said || owesAnswer(turns);
    for (const call of pendingCalls(turns)) loop.calledBy(call);
    this.#heed();
  }

  #switched(opening: Opening): void {
    if (opening !== this.#next) return;
    const before = this.#current;
    this.#current = opening;
    this.#next = undefined;
    void before?.close(true);
    this.#age.begin();
    this.#stand();
    this.#parts.send({
      type: "notice",
      code: "call_renewed",
      message: "The call was made anew. The conversation goes on.",
    });
  }

  /** The agent can be heard: it begins, or goes on. */
  #stand(): void {
    const { record } = this.#parts;
    if (!record.session.greeted) {
      record.change({ greeted: true });
      this.#loop?.greet();
      this.#loop?.goOn(false);
    } else this.#loop?.goOn(this.#owesAnswer);
    this.#owesAnswer = false;
  }

  /** Learns what has happened on a call while nobody was on it. */
  async #catchUp(
    reader: TailReader,
    outside: LiveSession["outside"],
  ): Promise<void> {
    const turns = this.#parts.turns();
    const loop = this.#loop!;
    try {
      const { missed, calls, owesAnswer } = await catchUp(
        reader,
        turns,
        outside,
      );
      this.#owesAnswer = owesAnswer;
      this.#link!.missed(missed);
      for (const call of calls) loop.calledBy(call);
    } catch (error) {
      if (this.#closed || this.#next !== undefined) return;
      // Whoever does not answer is gone.
      this.#parts.warn("What happened meanwhile could not be found out", error);
      return await this.renew("server_restarted");
    }
    if (!this.#closed) this.#stand();
    this.#heed();
  }

  /** Tells the agent what was typed before it was back. */
  #heed(): void {
    this.#catchingUp = false;
    for (const text of this.#early.splice(0)) this.#loop?.text(text);
  }

  /** The call in use has ended by itself. */
  #ended(): void {
    if (!this.#closed && this.#next === undefined) void this.renew("call_lost");
  }

  #failed(opening: Opening, error: unknown): void {
    if (this.#next === opening) this.#next = undefined;
    if (this.#link?.stands) {
      this.#parts.warn("A new call could not be made in time", error);
      return;
    }
    this.#parts.refuse(error);
    this.#unlessStands();
  }

  #unlessStands(): void {
    if (this.#link?.stands !== true) {
      this.#parts.lost("The call was lost, and no new one could be made");
    }
  }
}
