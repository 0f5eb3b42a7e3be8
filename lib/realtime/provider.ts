import type { SessionConfig } from "./events.ts";
import type { ModelLink } from "./link.ts";
import type { Refusal, RefusalCode } from "./refusals.ts";

/** A short-lived key for one browser. */
export interface ClientSecret {
  value: string;
  /** Seconds since 1970. */
  expiresAt: number;
}

/** A call that the provider has taken. */
export interface AcceptedCall {
  /** The answer's SDP, for the browser. */
  answer: string;
  /** Names the call to {@link RealtimeProvider}; not for the browser. */
  callId: string;
}

/**
 * How Parley reaches a model's realtime peer.
 *
 * Each method rejects with a {@link ProviderError} where the provider says no
 * or nothing, and with the signal's reason where the signal fires.
 */
export interface RealtimeProvider {
  /** What people call it, such as "OpenAI". */
  readonly title: string;
  /**
   * Where a browser posts its offer: absolute, or a path on Parley itself.
   */
  readonly callsUrl: string;
  /** A key with which a browser makes its own call. */
  mintClientSecret(
    session: SessionConfig,
    signal: AbortSignal,
  ): Promise<ClientSecret>;
  /**
   * Makes a call for a browser with the server's own key.
   *
   * @param offer The browser's SDP.
   */
  createCall(
    offer: string,
    session: SessionConfig,
    signal: AbortSignal,
  ): Promise<AcceptedCall>;
  /** Joins a running call: the same events as on the browser's channel. */
  attach(callId: string, signal: AbortSignal): Promise<ModelLink>;
  /**
   * Opens a session that a WebSocket alone carries, audio in its events. It is
   * configured by a first `session.update`.
   */
  open(session: SessionConfig, signal: AbortSignal): Promise<ModelLink>;
  /** Ends a call; one that is over already is no error. */
  hangup(callId: string): Promise<void>;
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
