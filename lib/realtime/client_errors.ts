import {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
} from "openai";
import { HandshakeError } from "./dial.ts";
import { ProviderError } from "./provider.ts";
import {
  explainRefusal,
  explainSilence,
  type SettingNames,
} from "./refusals.ts";
import { retryAfterMs } from "./retries.ts";

/** A provider that asks for a longer wait is not waited for; ms. */
const MAX_RETRY_AFTER_MS = 5000;
/** A provider's own words are for people, not for pages of HTML. */
const MAX_DETAIL = 300;

/** Which failures of a request another try may mend, for {@link retryAfter}. */
export type Repeatable =
  /** Whatever may pass: the request does the same, once or twice. */
  | "always"
  /**
   * Only where the request can't have been carried out: nobody was reached, or
   * the provider turned it away unread (429, 503). A call that is made twice
   * costs money twice, and the first would have nobody to hang it up.
   */
  | "unless_taken";

/**
 * How long to wait before a failed request is made again, ms; undefined where
 * that can't help.
 */
export function retryAfter(
  error: unknown,
  repeatable: Repeatable,
): number | undefined {
  if (error instanceof APIConnectionTimeoutError) {
    // It has taken its time already; nobody waits that long twice.
    return undefined;
  }
  if (error instanceof APIConnectionError) {
    return repeatable === "always" || neverConnected(error) ? 0 : undefined;
  }
  if (!(error instanceof APIError) || error.status === undefined) {
    return undefined;
  }
  const { status, code, headers } = error;
  const may = status === 429
    ? code !== "insufficient_quota"
    : status === 503 || (status >= 500 && repeatable === "always");
  if (!may) return undefined;
  const asked = retryAfterMs(headers?.get("retry-after") ?? null);
  return asked <= MAX_RETRY_AFTER_MS ? asked : undefined;
}

/** What an error is explained with. */
export interface ErrorContext {
  title: string;
  settings: SettingNames | undefined;
  /** The model that was asked for. */
  model?: string | undefined;
  /** The key, which must not be in any text. */
  secret: string;
}

/**
 * Turns what the client or a socket throws into a sentence that says what to
 * do. The cause is kept as words only: the client's own errors hold headers and
 * bodies, and a log that prints them would print what they hold.
 */
export function explainError(
  error: unknown,
  { title, settings, model, secret }: ErrorContext,
): unknown {
  const scrub = (text: string) =>
    (secret === "" ? text : text.replaceAll(secret, "[key]"))
      .slice(0, MAX_DETAIL);
  const options = { cause: scrub(wordsOf(error)) };
  const status = error instanceof APIError || error instanceof HandshakeError
    ? error.status
    : undefined;
  if (status !== undefined) {
    const { code, error: body } = error as Partial<APIError>;
    const { message } = (body ?? {}) as { message?: unknown };
    const detail = typeof message === "string" ? scrub(message) : undefined;
    return new ProviderError(
      explainRefusal(title, { status, code, detail, model }, settings),
      options,
    );
  }
  if (error instanceof APIConnectionError || error instanceof HandshakeError) {
    return new ProviderError(explainSilence(title, settings), options);
  }
  return error;
}

/** Whether the connection failed before any byte of the request was sent. */
function neverConnected(error: Error): boolean {
  return chainOf(error).some(({ message }) =>
    // The words of Deno's HTTP client for DNS, TCP and TLS faults.
    message.includes("client error (Connect)")
  );
}

function wordsOf(error: unknown): string {
  return chainOf(error).map(({ message }) => message).join(": ");
}

/** An error and its causes. */
function chainOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (
    let link = error;
    link instanceof Error && chain.length < 8;
    link = link.cause
  ) chain.push(link);
  return chain;
}
