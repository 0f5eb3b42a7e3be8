import { assertEquals, assertObjectMatch, assertThrows } from "@std/assert";
import { readConfig } from "../../../lib/config.ts";
import { ConfigError } from "../../../lib/settings.ts";

const listOf = (...entries: unknown[]) => ({
  OAI_CONFIG_LIST: JSON.stringify(entries),
});
const REALTIME = {
  model: "gpt-realtime",
  api_key: "sk-list",
  tags: ["gpt-4o-realtime"],
};

Deno.test("AG2's list gives key and model where no key is set", async (test) => {
  const DEAD = "OAI_CONFIG_LIST asks for 'gpt-4o-realtime-preview', which is " +
    "shut down: gpt-realtime-2.1 is used instead";
  const table: [string, Record<string, string>, Record<string, unknown>][] = [
    [
      "an entry with the tag",
      listOf({ model: "gpt-4", api_key: "a" }, REALTIME),
      {
        provider: "openai",
        apiKey: "sk-list",
        model: "gpt-realtime",
        baseUrl: "https://api.openai.com/v1",
        warnings: [],
      },
    ],
    [
      "an entry whose model says so",
      listOf({ api_key: "a" }, { model: "my-realtime", api_key: "b" }),
      { apiKey: "b", model: "my-realtime" },
    ],
    [
      "a tag that only contains the word",
      listOf({ api_key: "a", model: "m" }, {
        model: "house-model",
        api_key: "b",
        tags: ["realtime-eu"],
      }),
      { apiKey: "b", model: "house-model", warnings: [] },
    ],
    [
      "a model of the beta",
      listOf({
        ...REALTIME,
        model: "gpt-4o-realtime-preview",
      }),
      { apiKey: "sk-list", model: "gpt-realtime-2.1", warnings: [DEAD] },
    ],
    [
      "no realtime entry: the first key",
      listOf({ model: "none" }, {
        model: "gpt-4",
        api_key: "a",
      }),
      {
        apiKey: "a",
        model: "gpt-realtime-2.1",
        warnings: [
          "OAI_CONFIG_LIST asks for 'gpt-4', which is no realtime model: gpt-realtime-2.1 is used instead",
        ],
      },
    ],
    [
      "another address",
      listOf({
        ...REALTIME,
        base_url: "http://localhost:1234/v1/",
      }),
      { baseUrl: "http://localhost:1234/v1" },
    ],
    [
      "an entry for Azure",
      listOf({
        model: "gpt-4o-realtime-preview",
        api_key: "a",
        base_url: "https://x.openai.azure.com",
        api_type: "azure",
        api_version: "2024-10-01-preview",
      }),
      {
        provider: "azure",
        apiKey: "a",
        baseUrl: "https://x.openai.azure.com",
        model: "gpt-4o-realtime-preview",
        warnings: [],
      },
    ],
    ["the entry for the provider that is asked for", {
      REALTIME_PROVIDER: "openai",
      ...listOf({ ...REALTIME, api_type: "azure" }, REALTIME),
    }, { provider: "openai", apiKey: "sk-list" }],
    [
      "an entry of another kind is passed over",
      listOf({
        ...REALTIME,
        api_type: "google",
      }, { ...REALTIME, api_key: "b", api_type: "openai" }),
      { apiKey: "b" },
    ],
    ["what is set stands over the list", {
      ...listOf({ ...REALTIME, model: "gpt-4o-realtime-preview" }),
      REALTIME_MODEL: "mine",
      OPENAI_BASE_URL: "https://proxy.test/v1",
    }, {
      apiKey: "sk-list",
      model: "mine",
      baseUrl: "https://proxy.test/v1",
      warnings: [],
    }],
    ["a key that is set: the list is not read", {
      OPENAI_API_KEY: "sk-env",
      OAI_CONFIG_LIST: "{{{",
    }, { apiKey: "sk-env", model: "gpt-realtime-2.1" }],
    ["the embedded peer by wish: the list is not read", {
      REALTIME_PROVIDER: "local",
      OAI_CONFIG_LIST: "{{{",
    }, { provider: "local", warnings: [] }],
    ["a list without a key", listOf({ model: "gpt-realtime" }), {
      provider: "local",
      warnings: [
        "OAI_CONFIG_LIST holds no key for OpenAI or Azure: the embedded peer answers",
      ],
    }],
  ];
  for (const [name, environment, expected] of table) {
    await test.step(name, () => {
      assertObjectMatch({ ...readConfig(environment) }, expected);
    });
  }
});

Deno.test("a list that can't be read stops the start, and shows no key", async (test) => {
  for (
    const [text, message] of [
      [
        '[\n {"model": "m",\n  "api_key": sk-secret}\n]',
        "OAI_CONFIG_LIST is no JSON",
      ],
      ['[{"api_key": "sk-secret"}', "OAI_CONFIG_LIST is no JSON: see line 1"],
      [
        "conf/sk-secret",
        "OAI_CONFIG_LIST names no file that can be read, and is no JSON itself",
      ],
      ['{"api_key": "sk-secret"}', "OAI_CONFIG_LIST is no list of objects"],
      [
        '[{}, "sk-secret"]',
        "OAI_CONFIG_LIST has a fault in entry 2: it is no object",
      ],
      [
        '[{"api_key": ["sk-secret"]}]',
        "OAI_CONFIG_LIST has a fault in entry 1: api_key is no string",
      ],
      [
        '[{"api_key": "sk-secret", "base_url": "sk-secret"}]',
        "OAI_CONFIG_LIST has a fault in entry 1: base_url is no http or https URL",
      ],
      [
        '[{"api_key": "sk-secret", "tags": "realtime"}]',
        "OAI_CONFIG_LIST has a fault in entry 1: tags is no list of strings",
      ],
    ] as const
  ) {
    await test.step(message, () => {
      const error = assertThrows(
        () => readConfig({ OAI_CONFIG_LIST: text }),
        ConfigError,
        message,
      );
      assertEquals(Deno.inspect(error).includes("secret"), false);
    });
  }
});
