import * as fc from "fast-check";
import { assert } from "@std/assert";
import { readConfig } from "../../lib/config.ts";
import { readOaiConfigList } from "../../lib/oai_config_list.ts";
import { ConfigError } from "../../lib/settings.ts";
import { expand, hostileJson, hostileText } from "./hostile.ts";
import type { Surface } from "./surface.ts";

/** Stands in every key, and must stand in no message. */
const SECRET = "sk-fuzz-secret";

const LISTS = [
  [{
    model: "gpt-realtime",
    api_key: SECRET,
    base_url: "https://example.com/v1",
    api_type: "openai",
    tags: ["realtime"],
  }],
  [
    { model: "gpt-4o-realtime-preview", api_key: SECRET },
    {
      model: "deployment",
      api_key: SECRET,
      api_type: "azure",
      base_url: "https://name.openai.azure.com",
    },
  ],
];

const list = hostileJson(LISTS);

/** Values that each setting takes, or nearly. */
const GOOD: Record<string, string[]> = {
  OPENAI_API_KEY: [SECRET],
  AZURE_OPENAI_API_KEY: [SECRET],
  ACCESS_TOKEN: [SECRET],
  OPENAI_BASE_URL: ["https://example.com/v1//", "ftp://example.com", "http:"],
  AZURE_OPENAI_ENDPOINT: ["https://name.openai.azure.com"],
  AZURE_OPENAI_DEPLOYMENT: ["realtime"],
  REALTIME_PROVIDER: ["openai", "azure", "local", "OpenAI"],
  REALTIME_MODEL: ["gpt-realtime"],
  REALTIME_VOICE: ["cedar"],
  REALTIME_HANDSHAKE: ["server", "ephemeral"],
  HOST: ["0.0.0.0", "::1"],
  PORT: ["1", "65535", "65536", "08000", "1e3", "٣"],
  TOOL_TIMEOUT_MS: ["1", "0"],
  MAX_SESSIONS: ["1", "99999999999999999999"],
  MAX_SESSIONS_PER_CLIENT: ["1"],
  SESSIONS_PER_MINUTE: ["1"],
  MAX_SESSION_TOKENS: ["1"],
  MAX_SESSION_SECONDS: ["10", "9"],
  ALLOWED_ORIGINS: ["https://a.example, http://b.example:8080", "*"],
  TRUSTED_PROXIES: ["10.0.0.0/8, fd00::/8", "10.0.0.0/33", "fe80::1%eth0"],
  LOCAL_PEER: ["open", "loopback"],
  KV_PATH: ["data/x", "https://kv.example", "file://x"],
  DENO_DEPLOYMENT_ID: ["x"],
};

const keys = new Set([
  "OPENAI_API_KEY",
  "AZURE_OPENAI_API_KEY",
  "ACCESS_TOKEN",
]);

const setting = fc.constantFrom(...Object.keys(GOOD)).chain((name) => {
  const good = fc.constantFrom(...GOOD[name]!);
  const value = keys.has(name) ? good : fc.oneof(good, hostileText);
  return fc.tuple(fc.constant(name), value);
});

/** The environment at the start, with AG2's list among it. */
export const settings: Surface<[string, string][]> = {
  name: "settings",
  share: 10,
  short: 400,
  inputs: fc.tuple(
    fc.array(setting, { maxLength: 4 }),
    fc.option(list, { nil: undefined }),
  ).map(([settings, list]) =>
    list === undefined ? settings : [...settings, ["OAI_CONFIG_LIST", list]]
  ),
  open: () =>
    Promise.resolve({
      check: (settings, seen) => {
        const environment = Object.fromEntries(
          settings.map(([name, value]) => [name, expand(value)]),
        );
        const list = environment.OAI_CONFIG_LIST;
        if (list !== undefined) checkFault(readOaiConfigList(list).fault);
        try {
          readConfig(environment);
          seen.accepted();
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error;
          checkLine(error.message);
          assert(
            Object.keys(environment).concat("OPENAI_API_KEY", "AZURE_OPENAI_")
              .some((name) => error.message.includes(name)),
            `The message names no setting: ${error.message}`,
          );
          seen.refused("ConfigError");
        }
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    }),
};

function checkFault(fault: string | undefined): void {
  if (fault !== undefined) checkLine(fault);
}

/** One line, short enough to be read, without a key and nothing to obey. */
function checkLine(message: string): void {
  assert(!message.includes(SECRET), "A key is in the message");
  assert(message.length <= 500, `A message of ${message.length} characters`);
  assert(
    // deno-lint-ignore no-control-regex
    !/[\x00-\x1F\x7F-\x9F\u2028-\u202E\u2066-\u2069]/.test(message),
    `More than one line, or not to be shown: ${JSON.stringify(message)}`,
  );
}
