import OpenAI, {
  APIConnectionError,
  APIError,
  APIUserAbortError,
} from "openai";
import type { SessionConfig } from "./events.ts";
import {
  type ClientSecret,
  ProviderError,
  type RealtimeProvider,
} from "./provider.ts";
import { explainRefusal, explainSilence } from "./refusals.ts";

/** Seconds a browser has to begin its call. */
const SECRET_SECONDS = 60;
const REQUEST_TIMEOUT_MS = 15_000;

export interface OpenAIOptions {
  title: string;
  apiKey: string;
  /** The API's base, such as `https://api.openai.com/v1`. */
  baseUrl: string;
  callsUrl?: string;
  fetch?: typeof fetch;
}

/** OpenAI's Realtime API, or a peer that speaks the same wire. */
export class OpenAIProvider implements RealtimeProvider {
  readonly title: string;
  readonly callsUrl: string;
  readonly #client: OpenAI;

  constructor(options: OpenAIOptions) {
    this.title = options.title;
    this.callsUrl = options.callsUrl ?? `${options.baseUrl}/realtime/calls`;
    this.#client = new OpenAI({
      apiKey: options.apiKey,
      baseURL: options.baseUrl,
      timeout: REQUEST_TIMEOUT_MS,
      maxRetries: 1,
      fetch: options.fetch,
      // What else the environment says about OpenAI is not ours to use.
      organization: null,
      project: null,
    });
  }

  async mintClientSecret(
    session: SessionConfig,
    signal: AbortSignal,
  ): Promise<ClientSecret> {
    try {
      const { value, expires_at } = await this.#client.realtime.clientSecrets
        .create({
          expires_after: { anchor: "created_at", seconds: SECRET_SECONDS },
          session,
        }, { signal });
      return { value, expiresAt: expires_at };
    } catch (error) {
      throw this.#explain(error, session.model);
    }
  }

  /** Turns what the client throws into a sentence that says what to do. */
  #explain(error: unknown, model: string | undefined): unknown {
    if (error instanceof APIUserAbortError) return error;
    if (error instanceof APIConnectionError) {
      return new ProviderError(explainSilence(this.title), { cause: error });
    }
    if (!(error instanceof APIError) || error.status === undefined) {
      return error;
    }
    const { status, code, message: detail } = error;
    return new ProviderError(
      explainRefusal(this.title, { status, code, detail, model }),
      { cause: error },
    );
  }
}
