import { z } from "zod";
import { AddressRanges } from "./doors/addresses.ts";
import { originIn } from "./doors/origins.ts";
import { plainLine } from "./plain_text.ts";
import {
  isHttp,
  list,
  oneOf,
  orIssue,
  url,
  wholeNumber,
} from "./setting_types.ts";
import { isKvUrl } from "./store/location.ts";

/** A setting that stops the start; the message is one line and names it. */
export class ConfigError extends Error {
  override name = "ConfigError";

  constructor(message: string) {
    super(plainLine(message, 400));
  }
}

/** Every setting of the environment, by its name there. */
const schema = z.object({
  OPENAI_API_KEY: z.string().optional(),
  OPENAI_BASE_URL: url.optional(),
  AZURE_OPENAI_ENDPOINT: url.optional(),
  AZURE_OPENAI_API_KEY: z.string().optional(),
  AZURE_OPENAI_DEPLOYMENT: z.string().optional(),
  OAI_CONFIG_LIST: z.string().optional(),
  REALTIME_PROVIDER: oneOf("openai", "azure", "local").optional(),
  REALTIME_MODEL: z.string().optional(),
  REALTIME_VOICE: z.string().default("marin"),
  REALTIME_HANDSHAKE: oneOf("server", "ephemeral").default("server"),
  HOST: z.string().default("127.0.0.1"),
  PORT: wholeNumber(1, 65535).default(8000),
  TOOL_TIMEOUT_MS: wholeNumber(1, 600_000).default(20_000),
  MAX_SESSIONS: wholeNumber(1, 100_000).default(200),
  // Many people may come from behind one address: only who knows that it is not
  // so sets less than there are places.
  MAX_SESSIONS_PER_CLIENT: wholeNumber(1, 100_000).optional(),
  SESSIONS_PER_MINUTE: wholeNumber(1, 1_000_000).default(300),
  MAX_SESSION_TOKENS: wholeNumber(1, 1_000_000_000).optional(),
  ALLOWED_ORIGINS: list.transform(
    orIssue((entries) => entries.map(originIn)),
  ).default([]),
  ACCESS_TOKEN: z.string().optional(),
  TRUSTED_PROXIES: list.transform(
    orIssue((entries) => new AddressRanges(entries)),
  ).default(new AddressRanges()),
  LOCAL_PEER: oneOf("loopback", "open").default("loopback"),
  // The provider ends a session after 60 minutes; 5 of them are for an end in
  // good order.
  MAX_SESSION_SECONDS: wholeNumber(10, 24 * 3600).default(3300),
  DRAIN_SECONDS: wholeNumber(0, 3600).default(10),
  KV_PATH: z.string().refine(
    (value) => !isKvUrl(value) || isHttp(value),
    "is no path, and no http or https URL",
  ).optional(),
  RETENTION_DAYS: wholeNumber(1, 36_500).optional(),
  /** Its name is OpenTelemetry's, for every program that talks to models. */
  OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: oneOf("true", "false")
    .default("false"),
  /** Deno Deploy sets it. */
  DENO_DEPLOYMENT_ID: z.string().optional(),
});

export type Settings = z.infer<typeof schema>;

/**
 * Reads the settings one by one; what they are together is not looked at.
 *
 * @param environment Names and values; an empty value counts as unset.
 * @throws {ConfigError} naming the setting and its value, never a key.
 */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
): Settings {
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value?.trim()),
  );
  const parsed = schema.safeParse(set);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const name = String(issue.path[0]);
  throw new ConfigError(
    `${name}=${plainLine(set[name]!, 100)} ${issue.message}`,
  );
}
