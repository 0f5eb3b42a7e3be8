/** What can go wrong between a client and the model's provider. */
export type RefusalCode =
  | "key_rejected"
  | "not_allowed"
  | "model_not_found"
  | "quota_exceeded"
  | "rate_limited"
  | "request_refused"
  | "provider_down"
  | "provider_unreachable";

/** A provider's refusal, as a sentence that says what to do. */
export interface Refusal {
  code: RefusalCode;
  message: string;
  /** Whether the same again may succeed. */
  retryable: boolean;
}

/** What a failed HTTP answer says of itself. */
export interface FailedAnswer {
  /** The HTTP status. */
  status: number;
  /** The provider's own code, where it gives one. */
  code?: string | null;
  /** The provider's own words. */
  detail?: string;
  /** The model that was asked for. */
  model?: string;
}

/** Explains a provider's HTTP error. `title` is what people call the provider. */
export function explainRefusal(title: string, answer: FailedAnswer): Refusal {
  const { status, code, detail, model } = answer;
  const refusal = (
    code: RefusalCode,
    message: string,
    retryable = false,
  ): Refusal => ({ code, message, retryable });

  if (status === 401) {
    return refusal(
      "key_rejected",
      `${title} rejected the key. Check OPENAI_API_KEY on the server, then start again.`,
    );
  }
  if (status === 403) {
    return refusal(
      "not_allowed",
      `${title} does not allow this key to use the Realtime API. Check the key's project and permissions.`,
    );
  }
  if (status === 404 || code === "model_not_found") {
    return refusal(
      "model_not_found",
      `${title} has no model '${model ?? "?"}' for this key. Check ${
        status === 404 && model === undefined
          ? "OPENAI_BASE_URL"
          : "REALTIME_MODEL"
      } on the server.`,
    );
  }
  if (status === 429 && code === "insufficient_quota") {
    return refusal(
      "quota_exceeded",
      `The account at ${title} has no quota left. Check its plan and billing.`,
    );
  }
  if (status === 429) {
    return refusal(
      "rate_limited",
      `${title} is limiting requests. Wait a moment, then start again.`,
      true,
    );
  }
  if (status >= 500) {
    return refusal(
      "provider_down",
      `${title} has trouble at the moment (status ${status}). Try again in a while.`,
      true,
    );
  }
  return refusal(
    "request_refused",
    `${title} refused the request: ${detail || `status ${status}`}`,
  );
}

/** Explains a provider that gave no answer at all. */
export function explainSilence(title: string): Refusal {
  return {
    code: "provider_unreachable",
    message:
      `${title} can't be reached. Check the network and OPENAI_BASE_URL, then start again.`,
    retryable: true,
  };
}
