import { type AddressRanges, isLoopback } from "./doors/addresses.ts";
import { type ModelReach, reachOf } from "./model_reach.ts";
import { readSettings, type Settings } from "./settings.ts";
import { DEFAULT_KV_PATH } from "./store/location.ts";

/** How Parley is set up: the environment, read and checked once at the start. */
export interface Config extends ModelReach {
  host: string;
  port: number;
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
}

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
  const settings = readSettings(environment);
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
  { provider }: ModelReach,
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
