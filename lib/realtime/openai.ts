import OpenAI, { NotFoundError } from "openai";
import { type Clock, systemClock } from "../clock.ts";
import {
  type ErrorContext,
  explainError,
  type Repeatable,
  retryAfter,
} from "./client_errors.ts";
import { dial } from "./dial.ts";
import type { SessionConfig } from "./events.ts";
import type { ModelLink } from "./link.ts";
import {
  type AcceptedCall,
  type ClientSecret,
  ProviderError,
  type RealtimeProvider,
} from "./provider.ts";
import {
  explainMissingCall,
  explainNonsense,
  type SettingNames,
} from "./refusals.ts";
import { type Retries, retrying } from "./retries.ts";

/** Seconds a browser has to begin its call. */
const SECRET_SECONDS = 60;
const REQUEST_TIMEOUT_MS = 15_000;
/** A new call can be unknown to the sideband for a moment; ms. */
const ATTACH_WITHIN_MS = 2000;
const OPEN_WITHIN_MS = 10_000;

export interface OpenAIOptions {
  title: string;
  apiKey: string;
  /** The API's base, such as `https://api.openai.com/v1`. */
  baseUrl: string;
  callsUrl?: string;
  /** What shows the key; a bearer token unless given. */
  headers?: Record<string, string>;
  /** What the settings for this provider are called. */
  settings?: SettingNames;
  fetch?: typeof fetch;
  /** Told of frames from the model that are no events. */
  onMalformed?: (fault: string) => void;
  clock?: Clock;
  /** Evenly from 0 up to 1; spreads retries. */
  random?: () => number;
}

/** OpenAI's Realtime API, or a peer that speaks the same wire. */
export class OpenAIProvider implements RealtimeProvider {
  readonly title: string;
  readonly callsUrl: string;
  readonly #options: OpenAIOptions;
  readonly #client: OpenAI;
  readonly #headers: Record<string, string>;
  readonly #retries: Retries;

  constructor(options: OpenAIOptions) {
    const { title, apiKey, baseUrl } = options;
    this.title = title;
    this.callsUrl = options.callsUrl ?? `${baseUrl}/realtime/calls`;
    this.#options = options;
    this.#headers = options.headers ?? { authorization: `Bearer ${apiKey}` };
    this.#retries = {
      clock: options.clock ?? systemClock,
      random: options.random ?? Math.random,
      most: 2,
      firstMs: 250,
      capMs: 2000,
    };
    this.#client = new OpenAI({
      apiKey,
      baseURL: baseUrl,
      timeout: REQUEST_TIMEOUT_MS,
      // Retries are made in one place: here.
      maxRetries: 0,
      defaultHeaders: { authorization: null, ...this.#headers },
      // A redirect would take the key somewhere else.
      fetchOptions: { redirect: "manual" },
      fetch: options.fetch,
      // What else the environment says about OpenAI is not ours to use.
      organization: null,
      project: null,
      logLevel: "off",
    });
  }

  async mintClientSecret(
    session: SessionConfig,
    signal: AbortSignal,
  ): Promise<ClientSecret> {
    const { value, expires_at } = await this.#ask(
      () =>
        this.#client.realtime.clientSecrets.create({
          expires_after: { anchor: "created_at", seconds: SECRET_SECONDS },
          session,
        }, { signal }),
      "always",
      signal,
      session.model,
    );
    if (typeof value !== "string" || typeof expires_at !== "number") {
      throw this.#nonsense("holds no client secret");
    }
    return { value, expiresAt: expires_at };
  }

  async createCall(
    offer: string,
    session: SessionConfig,
    signal: AbortSignal,
  ): Promise<AcceptedCall> {
    const response = await this.#ask(
      () =>
        this.#client.realtime.calls.create({ sdp: offer, session }, { signal }),
      "unless_taken",
      signal,
      session.model,
    );
    const callId = callIdIn(response.headers.get("location"));
    if (callId === undefined) {
      await response.body?.cancel();
      throw this.#nonsense("does not say where the call is");
    }
    try {
      const answer = await response.text();
      if (!answer.startsWith("v=0")) throw this.#nonsense("is no SDP");
      return { answer, callId };
    } catch (error) {
      // Nobody will ever be on this call, and it costs money while it lasts.
      await this.hangup(callId).catch(() => {});
      signal.throwIfAborted();
      throw error instanceof ProviderError
        ? error
        : this.#nonsense("broke off");
    }
  }

  async attach(callId: string, signal: AbortSignal): Promise<ModelLink> {
    const { title } = this;
    return await this.#dial({ call_id: callId }, signal, {
      withinMs: ATTACH_WITHIN_MS,
      // Short steps: the person is listening already.
      most: Infinity,
      firstMs: 50,
      capMs: 400,
      again: (status) =>
        status === undefined || status === 404 || status >= 500,
      explain: (status) =>
        status === 404
          ? new ProviderError(explainMissingCall(title))
          : undefined,
    });
  }

  async open(session: SessionConfig, signal: AbortSignal): Promise<ModelLink> {
    // The model is part of the address; an update that names it is refused.
    const { model = "", ...rest } = session;
    const link = await this.#dial({ model }, signal, {
      withinMs: OPEN_WITHIN_MS,
      again: (status) =>
        status === undefined || status === 429 || status >= 500,
      model,
    });
    link.send({ type: "session.update", session: rest });
    return link;
  }

  async hangup(callId: string): Promise<void> {
    await this.#ask(
      () =>
        this.#client.realtime.calls.hangup(callId).catch((error) => {
          if (!(error instanceof NotFoundError)) throw error;
        }),
      "always",
    );
  }

  async #ask<Value>(
    request: () => Promise<Value>,
    repeatable: Repeatable,
    signal = new AbortController().signal,
    model?: string,
  ): Promise<Value> {
    try {
      return await retrying(
        request,
        (error) => retryAfter(error, repeatable),
        signal,
        this.#retries,
      );
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof SyntaxError
        ? this.#nonsense("is no JSON")
        : explainError(error, this.#context(model));
    }
  }

  async #dial(
    query: Record<string, string>,
    signal: AbortSignal,
    { explain, model, ...dialling }:
      & Partial<Retries>
      & Pick<Parameters<typeof dial>[2], "withinMs" | "again">
      & {
        explain?: (status: number | undefined) => ProviderError | undefined;
        model?: string;
      },
  ) {
    const { baseUrl, onMalformed } = this.#options;
    const url = new URL(`${baseUrl.replace(/^http/, "ws")}/realtime`);
    url.search = new URLSearchParams(query).toString();
    try {
      return await dial(url, signal, {
        ...this.#retries,
        ...dialling,
        headers: this.#headers,
        link: { onMalformed, clock: this.#retries.clock },
      });
    } catch (error) {
      signal.throwIfAborted();
      const { status } = error as { status?: number };
      throw explain?.(status) ?? explainError(error, this.#context(model));
    }
  }

  #context(model: string | undefined): ErrorContext {
    const { title, settings, apiKey } = this.#options;
    return { title, settings, model, secret: apiKey };
  }

  #nonsense(fault: string): ProviderError {
    const { title, settings } = this.#options;
    return new ProviderError(explainNonsense(title, fault, settings));
  }
}

/** The call's id: the last segment of where the call is. */
function callIdIn(location: string | null): string | undefined {
  if (location === null) return undefined;
  const path = URL.parse(location, "http://any.invalid")?.pathname ?? "";
  return path.split("/").findLast((segment) => segment !== "");
}
