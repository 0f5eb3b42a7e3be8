import type { SessionConfig } from "./events.ts";
import type { Refusal, RefusalCode } from "./refusals.ts";

/** A short-lived key for one browser. */
export interface ClientSecret {
  value: string;
  /** Seconds since 1970. */
  expiresAt: number;
}

/** How Parley reaches a model's realtime peer. */
export interface RealtimeProvider {
  /** What people call it, such as "OpenAI". */
  readonly title: string;
  /**
   * Where a browser posts its offer: absolute, or a path on Parley itself.
   */
  readonly callsUrl: string;
  /** @throws {ProviderError} */
  mintClientSecret(
    session: SessionConfig,
    signal: AbortSignal,
  ): Promise<ClientSecret>;
}

/** The provider said no; the message is a sentence that says what to do. */
export class ProviderError extends Error {
  override name = "ProviderError";
  readonly code: RefusalCode;
  readonly retryable: boolean;

  constructor(refusal: Refusal, options?: ErrorOptions) {
    super(refusal.message, options);
    this.code = refusal.code;
    this.retryable = refusal.retryable;
  }
}
