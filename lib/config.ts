import { z } from "zod";

/** How Parley is set up: the environment, read and checked once at the start. */
export interface Config {
  host: string;
  port: number;
  provider: "openai" | "local";
  /** The key for the provider; undefined for the embedded peer. */
  apiKey: string | undefined;
  /** Where the provider's API is, such as `https://api.openai.com/v1`. */
  baseUrl: string;
  model: string;
  voice: string;
  handshake: "ephemeral";
  /** Milliseconds a tool may take that sets no limit of its own. */
  toolTimeoutMs: number;
  /** Conversations at once. */
  maxSessions: number;
}

/** A setting that stops the start; the message is one line and names it. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

const OPENAI_URL = "https://api.openai.com/v1";

const wholeNumber = (least: number, most: number) =>
  z.string().regex(/^\d+$/, `is not a whole number`).transform(Number).refine(
    (value) => value >= least && value <= most,
    `is not between ${least} and ${most}`,
  );

const url = z.string().refine(
  (value) => /^https?:$/.test(URL.parse(value)?.protocol ?? ""),
  "is no http or https URL",
);

const oneOf = <Value extends string>(...values: Value[]) =>
  z.enum(values, { error: () => `is not one of ${values.join(", ")}` });

const schema = z.object({
  OPENAI_API_KEY: z.string().optional(),
  REALTIME_PROVIDER: oneOf("openai", "local").optional(),
  OPENAI_BASE_URL: url.optional(),
  REALTIME_MODEL: z.string().optional(),
  REALTIME_VOICE: z.string().default("marin"),
  REALTIME_HANDSHAKE: oneOf("ephemeral").default("ephemeral"),
  HOST: z.string().default("127.0.0.1"),
  PORT: wholeNumber(1, 65535).default(8000),
  TOOL_TIMEOUT_MS: wholeNumber(1, 600_000).default(20_000),
  MAX_SESSIONS: wholeNumber(1, 100_000).default(200),
});

/**
 * Reads the settings.
 *
 * @param environment Names and values; an empty value counts as unset.
 * @throws {ConfigError} naming the setting and its value.
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
): Config {
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value?.trim()),
  );
  const parsed = schema.safeParse(set);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const name = String(issue.path[0]);
    throw new ConfigError(`${name}=${set[name]} ${issue.message}`);
  }
  const settings = parsed.data;
  const provider = settings.REALTIME_PROVIDER ??
    (settings.OPENAI_API_KEY ? "openai" : "local");
  if (provider === "openai" && !settings.OPENAI_API_KEY) {
    throw new ConfigError(
      "REALTIME_PROVIDER=openai needs OPENAI_API_KEY: set it, or use REALTIME_PROVIDER=local",
    );
  }
  return {
    host: settings.HOST,
    port: settings.PORT,
    provider,
    apiKey: provider === "openai" ? settings.OPENAI_API_KEY : undefined,
    baseUrl: (settings.OPENAI_BASE_URL ?? OPENAI_URL).replace(/\/+$/, ""),
    model: settings.REALTIME_MODEL ??
      (provider === "local" ? "parley-local" : "gpt-realtime-2.1"),
    voice: settings.REALTIME_VOICE,
    handshake: settings.REALTIME_HANDSHAKE,
    toolTimeoutMs: settings.TOOL_TIMEOUT_MS,
    maxSessions: settings.MAX_SESSIONS,
  };
}
