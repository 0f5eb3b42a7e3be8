import { z } from "zod";
import { AddressRanges, isLoopback } from "./doors/addresses.ts";
import { originIn } from "./doors/origins.ts";
import { type ListedModel, readOaiConfigList } from "./oai_config_list.ts";
import { plainLine } from "./plain_text.ts";
import {
  isHttp,
  list,
  oneOf,
  orIssue,
  url,
  wholeNumber,
} from "./setting_types.ts";
import { DEFAULT_KV_PATH, isKvUrl } from "./store/location.ts";

/** How Parley is set up: the environment, read and checked once at the start. */
export interface Config {
  host: string;
  port: number;
  provider: "openai" | "azure" | "local";
  /** The key for the provider; undefined for the embedded peer. */
  apiKey: string | undefined;
  /**
   * Where the provider's API is, such as `https://api.openai.com/v1`; for Azure
   * the resource's endpoint, such as `https://NAME.openai.azure.com`.
   */
  baseUrl: string;
  /** The model; for Azure the deployment's name. */
  model: string;
  voice: string;
  /** Who makes the call to the model: this server, or the browser itself. */
  handshake: "server" | "ephemeral";
  /** Milliseconds a tool may take that sets no limit of its own. */
  toolTimeoutMs: number;
  /** Conversations at once. */
  maxSessions: number;
  /** Conversations at once that one client may have; undefined for all places. */
  maxSessionsPerClient: number | undefined;
  /** Conversations that one client may begin in a minute. */
  sessionsPerMinute: number;
  /** Seconds a conversation may last. */
  maxSessionSeconds: number;
  /** Seconds that conversations get to come to a pause when the server stops. */
  drainSeconds: number;
  /** Tokens, in and out, that a conversation may use; undefined for any number. */
  maxSessionTokens: number | undefined;
  /** Origins whose pages are as welcome as the server's own. */
  allowedOrigins: string[];
  /** What people and programs show to come in; undefined lets everybody in. */
  accessToken: string | undefined;
  /** Proxies that are believed about their clients. */
  trustedProxies: AddressRanges;
  /** Whom the embedded peer answers over the network. */
  localPeer: "loopback" | "open";
  /**
   * Where conversations are kept: a file, or a KV Connect URL; undefined where
   * the platform has a place of its own.
   */
  kvPath: string | undefined;
  /** Days after its beginning that a conversation is kept; undefined for ever. */
  retentionDays: number | undefined;
  /** Whether traces tell what was said, and what tools were given and returned. */
  captureContent: boolean;
  /** What is not as it was asked for, a sentence each, for the log. */
  warnings: string[];
}

/** A setting that stops the start; the message is one line and names it. */
export class ConfigError extends Error {
  override name = "ConfigError";

  constructor(message: string) {
    super(plainLine(message, 400));
  }
}

const OPENAI_URL = "https://api.openai.com/v1";
const DEFAULT_MODEL = "gpt-realtime-2.1";

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

type Settings = z.infer<typeof schema>;
type Reach = Pick<
  Config,
  "provider" | "apiKey" | "baseUrl" | "model" | "warnings"
>;

/**
 * Reads the settings.
 *
 * @param environment Names and values; an empty value counts as unset.
 * `OAI_CONFIG_LIST` is AG2's JSON text, read where no key is set.
 * @throws {ConfigError} naming the setting and its value, never a key.
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
    throw new ConfigError(
      `${name}=${plainLine(set[name]!, 100)} ${issue.message}`,
    );
  }
  const settings = parsed.data;
  const reach = reachOf(settings);
  return {
    host: settings.HOST,
    port: settings.PORT,
    ...reach,
    warnings: [...reach.warnings, ...surprisesIn(settings, reach)],
    voice: settings.REALTIME_VOICE,
    handshake: settings.REALTIME_HANDSHAKE,
    toolTimeoutMs: settings.TOOL_TIMEOUT_MS,
    maxSessions: settings.MAX_SESSIONS,
    maxSessionsPerClient: settings.MAX_SESSIONS_PER_CLIENT,
    sessionsPerMinute: settings.SESSIONS_PER_MINUTE,
    maxSessionSeconds: settings.MAX_SESSION_SECONDS,
    drainSeconds: settings.DRAIN_SECONDS,
    maxSessionTokens: settings.MAX_SESSION_TOKENS,
    allowedOrigins: settings.ALLOWED_ORIGINS,
    accessToken: settings.ACCESS_TOKEN,
    trustedProxies: settings.TRUSTED_PROXIES,
    localPeer: settings.LOCAL_PEER,
    kvPath: settings.KV_PATH ??
      (settings.DENO_DEPLOYMENT_ID === undefined ? DEFAULT_KV_PATH : undefined),
    retentionDays: settings.RETENTION_DAYS,
    captureContent:
      settings.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT === "true",
  };
}

/** Shorter access tokens can be found by trying, in characters. */
const SAFE_TOKEN_LENGTH = 16;

/** What may surprise whoever set it. */
function surprisesIn(
  { ACCESS_TOKEN: token, REALTIME_HANDSHAKE, HOST, LOCAL_PEER }: Settings,
  { provider }: Reach,
): string[] {
  const warnings: string[] = [];
  if (token !== undefined && token.length < SAFE_TOKEN_LENGTH) {
    warnings.push(
      `ACCESS_TOKEN has fewer than ${SAFE_TOKEN_LENGTH} characters: it can be found by trying`,
    );
  }
  const isHere = HOST === "localhost" || isLoopback(HOST);
  if (
    provider === "local" && REALTIME_HANDSHAKE === "ephemeral" && !isHere &&
    LOCAL_PEER === "loopback"
  ) {
    warnings.push(
      "Pages on other machines make calls of their own (REALTIME_HANDSHAKE=ephemeral), but the embedded peer answers this one only: set LOCAL_PEER=open",
    );
  }
  return warnings;
}

const NO_LIST: { listed?: ListedModel; warnings: string[] } = { warnings: [] };

/** Which model answers, and how it is reached. */
function reachOf(settings: Settings): Reach {
  const asked = settings.REALTIME_PROVIDER;
  if (asked === "local") return reachLocal(settings);
  const key = asked === "azure"
    ? settings.AZURE_OPENAI_API_KEY
    : settings.OPENAI_API_KEY;
  const { listed, warnings } = key === undefined
    ? readList(settings.OAI_CONFIG_LIST, asked)
    : NO_LIST;
  const provider = asked ?? listed?.provider ??
    (key === undefined ? "local" : "openai");
  switch (provider) {
    case "local":
      return reachLocal(settings, warnings);
    case "azure":
      return reachAzure(settings, listed);
    case "openai":
      return reachOpenAI(settings, listed, warnings);
  }
}

function reachLocal(settings: Settings, warnings: string[] = []): Reach {
  return {
    provider: "local",
    apiKey: undefined,
    baseUrl: OPENAI_URL,
    model: settings.REALTIME_MODEL ?? "parley-local",
    warnings,
  };
}

function reachOpenAI(
  settings: Settings,
  listed: ListedModel | undefined,
  warnings: string[],
): Reach {
  const apiKey = settings.OPENAI_API_KEY ?? listed?.apiKey;
  if (apiKey === undefined) {
    throw new ConfigError(
      "REALTIME_PROVIDER=openai needs OPENAI_API_KEY: set it, or use REALTIME_PROVIDER=local",
    );
  }
  const baseUrl = settings.OPENAI_BASE_URL ?? listed?.baseUrl ?? OPENAI_URL;
  return {
    provider: "openai",
    apiKey,
    baseUrl: baseUrl.replace(/\/+$/, ""),
    model: settings.REALTIME_MODEL ?? listed?.model ?? DEFAULT_MODEL,
    // A model that was set by hand has made the list's irrelevant.
    warnings: settings.REALTIME_MODEL === undefined
      ? warnings.map((warning) =>
        `${warning}: ${DEFAULT_MODEL} is used instead`
      )
      : [],
  };
}

function reachAzure(
  settings: Settings,
  listed: ListedModel | undefined,
): Reach {
  const needed = (value: string | undefined, name: string, how: string) => {
    if (value !== undefined) return value;
    throw new ConfigError(
      `Azure OpenAI needs ${name}: set it ${how}`,
    );
  };
  return {
    provider: "azure",
    baseUrl: needed(
      settings.AZURE_OPENAI_ENDPOINT ?? listed?.baseUrl,
      "AZURE_OPENAI_ENDPOINT",
      "to the resource's address, such as https://NAME.openai.azure.com",
    ),
    apiKey: needed(
      settings.AZURE_OPENAI_API_KEY ?? listed?.apiKey,
      "AZURE_OPENAI_API_KEY",
      "to a key of the resource",
    ),
    model: needed(
      settings.AZURE_OPENAI_DEPLOYMENT ?? settings.REALTIME_MODEL ??
        listed?.model,
      "AZURE_OPENAI_DEPLOYMENT",
      "to the name of a realtime model's deployment",
    ),
    warnings: [],
  };
}

/**
 * The list's model, where there is a list.
 *
 * @throws {ConfigError} where it can't be read.
 */
function readList(
  text: string | undefined,
  provider: ListedModel["provider"] | undefined,
): { listed?: ListedModel; warnings: string[] } {
  if (text === undefined) return NO_LIST;
  const reading = readOaiConfigList(text, provider);
  if (reading.fault !== undefined) {
    throw new ConfigError(`OAI_CONFIG_LIST ${reading.fault}`);
  }
  return {
    listed: reading.model,
    warnings: reading.model === undefined
      ? [
        "OAI_CONFIG_LIST holds no key for OpenAI or Azure: the embedded peer answers",
      ]
      : reading.warnings,
  };
}
