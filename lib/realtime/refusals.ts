/** What can go wrong between a client and the model's provider. */
export type RefusalCode =
  | "answer_unusable"
  | "beta_refused"
  | "call_not_found"
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

/** What the server's settings for a provider are called. */
export interface SettingNames {
  key: string;
  baseUrl: string;
  model: string;
}

const OPENAI_SETTINGS: SettingNames = {
  key: "OPENAI_API_KEY",
  baseUrl: "OPENAI_BASE_URL",
  model: "REALTIME_MODEL",
};

const refusal = (
  code: RefusalCode,
  message: string,
  retryable = false,
): Refusal => ({ code, message, retryable });

/**
 * Explains a provider's HTTP error.
 *
 * @param title What people call the provider.
 * @param settings The settings that the sentence sends people to.
 */
export function explainRefusal(
  title: string,
  answer: FailedAnswer,
  settings = OPENAI_SETTINGS,
): Refusal {
  const { status, code, detail, model } = answer;
  if (code === "beta_api_shape_disabled") {
    return refusal(
      "beta_refused",
      `${title} took the request for one of its old beta API, which is gone. Check ${settings.baseUrl} on the server: something on the way changes the request.`,
    );
  }
  if (status === 401) {
    return refusal(
      "key_rejected",
      `${title} rejected the key. Check ${settings.key} on the server, then start again.`,
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
      model === undefined
        ? `${title} has nothing at this address. Check ${settings.baseUrl} on the server.`
        // An answer without a code may come from something else than the API.
        : `${title} has no model '${model}' for this key. Check ${settings.model} ${
          code ? "" : `and ${settings.baseUrl} `
        }on the server.`,
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
export function explainSilence(
  title: string,
  settings = OPENAI_SETTINGS,
): Refusal {
  return refusal(
    "provider_unreachable",
    `${title} can't be reached. Check the network and ${settings.baseUrl}, then start again.`,
    true,
  );
}

/**
 * Explains an answer that says yes and is no use.
 *
 * @param fault What is wrong with it, as in "its answer …".
 */
export function explainNonsense(
  title: string,
  fault: string,
  settings = OPENAI_SETTINGS,
): Refusal {
  return refusal(
    "answer_unusable",
    `${title} can't be used like this: its answer ${fault}. Check ${settings.baseUrl} on the server: something on the way may change answers.`,
  );
}

/** Explains a call that can't be joined, for it is not there. */
export function explainMissingCall(title: string): Refusal {
  return refusal(
    "call_not_found",
    `${title} does not know this call, or it is over. Start again.`,
    true,
  );
}
