import { type Clock, systemClock } from "../clock.ts";
import type { Config } from "../config.ts";
import type { Log } from "../engine/tool.ts";
import defaultIdentify, { type Identify, type Identity } from "../identity.ts";
import { AccessToken, SIGNED_IN_SECONDS } from "./access_token.ts";
import { clientAt } from "./addresses.ts";
import { type Caller, callerOf } from "./caller.ts";
import { passCookie, passIn } from "./cookie.ts";
import { type Rate, RateLimit } from "./rate_limit.ts";
import { Visits } from "./visits.ts";

/** Wrong tokens that a client may show. */
const ATTEMPTS: Rate = { burst: 10, perSecond: 1 / 6 };
/** Refusals of one client that are worth a line in the log. */
const LOGGED: Rate = { burst: 30, perSecond: 0.5 };
/** A proxy that is not trusted is worth a line an hour. */
const PROXIES: Rate = { burst: 1, perSecond: 1 / 3600 };

/** Whether somebody may come in. */
export type Recognition =
  | { kind: "known"; identity: Identity }
  | { kind: "stranger" }
  /** Shows wrong tokens again and again; none is looked at for so many seconds. */
  | { kind: "guessing"; seconds: number };

/** What became of a token that somebody showed. */
type Shown = "good" | "wrong" | { seconds: number };

export interface DoorsOptions {
  clock?: Clock;
  /** Milliseconds since 1970, for what browsers keep. */
  now?: () => number;
  identify?: Identify;
}

/** Who may come in, and how often; one for each server. */
export class Doors {
  readonly visits: Visits;
  /** What limits over time are measured with. */
  readonly clock: Clock;
  readonly #config: Config;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #identify: Identify;
  readonly #token: AccessToken | undefined;
  readonly #attempts: RateLimit;
  readonly #logged: RateLimit;
  readonly #proxies: RateLimit;

  constructor(
    config: Config,
    log: Log,
    { clock = systemClock, now = Date.now, identify = defaultIdentify }:
      DoorsOptions = {},
  ) {
    this.clock = clock;
    this.#config = config;
    this.#log = log;
    this.#now = now;
    this.#identify = identify;
    this.#token = config.accessToken === undefined
      ? undefined
      : new AccessToken(config.accessToken);
    this.#attempts = new RateLimit(ATTEMPTS, clock);
    this.#logged = new RateLimit(LOGGED, clock);
    this.#proxies = new RateLimit(PROXIES, clock);
    this.visits = new Visits(config, clock);
  }

  /** Where a request comes from. */
  callerOf(request: Request, { remoteAddr }: Deno.ServeHandlerInfo): Caller {
    const remote = "hostname" in remoteAddr ? remoteAddr.hostname : "";
    const caller = callerOf(request, remote, this.#config.trustedProxies);
    if (caller.passedOn && this.#proxies.take(caller.address)) {
      this.#log.warn(
        "What a proxy says of its clients is not believed: name it in TRUSTED_PROXIES if it is yours",
        { client: caller.address },
      );
    }
    return caller;
  }

  /**
   * Finds out whether somebody may come in.
   *
   * @param key The token as a program shows it: that of `Authorization`, unless
   * it comes another way.
   */
  async recognise(
    request: Request,
    caller: Caller,
    key = bearerIn(request.headers),
  ): Promise<Recognition> {
    let token: "shown" | "missing" | "none" = "none";
    if (this.#token !== undefined) {
      const shown = key === undefined
        ? this.#passOf(request, caller)
        : this.#show(key, caller);
      if (typeof shown === "object") return { kind: "guessing", ...shown };
      token = shown === "good" ? "shown" : "missing";
    }
    const identity = await this.#identify(request, {
      address: clientAt(caller.address),
      token,
    });
    return identity === undefined
      ? { kind: "stranger" }
      : { kind: "known", identity };
  }

  /** Whether there is a token that people can sign in with. */
  get asksForToken(): boolean {
    return this.#token !== undefined;
  }

  /**
   * Takes a token that somebody typed.
   *
   * @returns The cookie that lets them in from now on; otherwise what is wrong.
   */
  signIn(
    token: string,
    caller: Caller,
  ): { cookie: string } | Exclude<Shown, "good"> {
    const shown = this.#show(token, caller);
    if (shown !== "good") return shown;
    return {
      cookie: passCookie(this.#token!.pass(this.#now()), {
        seconds: SIGNED_IN_SECONDS,
        secure: isSecure(caller),
      }),
    };
  }

  /** The cookie that takes a browser's pass away. */
  signOut(caller: Caller): string {
    return passCookie("", { seconds: 0, secure: isSecure(caller) });
  }

  /** Says in the log that a client was refused something, and why; in bounds. */
  refused(
    client: string,
    reason: string,
    fields: Record<string, unknown> = {},
  ): void {
    if (!this.#logged.take(client)) return;
    this.#log.warn("A request was refused", { client, reason, ...fields });
  }

  #show(candidate: string, caller: Caller): Shown {
    const client = clientAt(caller.address);
    const seconds = this.#attempts.wait(client);
    // Not even the right one: otherwise guessing would go on.
    if (seconds > 0) {
      this.refused(client, "too_many_wrong_tokens");
      return { seconds };
    }
    if (this.#token?.matches(candidate)) return "good";
    this.#attempts.take(client);
    this.refused(client, "wrong_token");
    return "wrong";
  }

  #passOf(request: Request, caller: Caller): "good" | "wrong" {
    const pass = passIn(request.headers);
    if (pass === undefined) return "wrong";
    const state = this.#token!.check(pass, this.#now());
    if (state === "good") return "good";
    this.refused(clientAt(caller.address), `${state}_cookie`);
    return "wrong";
  }
}

function isSecure({ origin }: Caller): boolean {
  return origin.startsWith("https:");
}

function bearerIn(headers: Headers): string | undefined {
  return /^Bearer +(.+)$/i.exec(headers.get("authorization") ?? "")?.[1];
}
