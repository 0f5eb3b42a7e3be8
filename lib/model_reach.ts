import { type ListedModel, readOaiConfigList } from "./oai_config_list.ts";
import { ConfigError, type Settings } from "./settings.ts";

const OPENAI_URL = "https://api.openai.com/v1";
const DEFAULT_MODEL = "gpt-realtime-2.1";

/** Which model answers, and how it is reached. */
export interface ModelReach {
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
  /** What is not as it was asked for, a sentence each, for the log. */
  warnings: string[];
}

const NO_LIST: { listed?: ListedModel; warnings: string[] } = { warnings: [] };

/**
 * Finds out which model the settings ask for.
 *
 * @throws {ConfigError} where what it takes is not there.
 */
export function reachOf(settings: Settings): ModelReach {
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

function reachLocal(settings: Settings, warnings: string[] = []): ModelReach {
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
): ModelReach {
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
): ModelReach {
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
