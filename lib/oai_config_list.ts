import { z } from "zod";

/** What a configuration list says about the model to reach. */
export interface ListedModel {
  provider: "openai" | "azure";
  apiKey: string;
  /** Undefined where the list names none that this provider has. */
  model: string | undefined;
  baseUrl: string | undefined;
}

/** What was found in a list; `fault` says why it can't be read. */
export type ListReading =
  | { model: ListedModel | undefined; warnings: string[]; fault?: undefined }
  | { fault: string };

/** Models of the beta, which no provider serves any more. */
const DEAD_BETA = /^gpt-4o(-mini)?-realtime-preview/;
const OPENAI_TYPES = ["openai", "open_ai"];

const entrySchema = z.looseObject({
  model: z.string().optional(),
  api_key: z.string().optional(),
  base_url: z.union([z.url({ protocol: /^https?$/ }), z.literal("")])
    .optional(),
  api_type: z.string().nullish(),
  tags: z.array(z.string()).optional(),
}, { error: "is no object" });
const listSchema = z.array(entrySchema, { error: "is no list of objects" });

type Entry = z.infer<typeof entrySchema>;

/**
 * Finds the realtime model in AG2's `OAI_CONFIG_LIST`: the first entry with a
 * tag or a name that says "realtime", else the first with a key, for its key
 * alone. Entries of other kinds of API (`api_type`) are passed over.
 *
 * A fault never quotes the text, for there are keys in it.
 *
 * @param provider Where only the entries of one will do.
 * @see AG2's `config_list_from_json`, which reads the same text.
 */
export function readOaiConfigList(
  text: string,
  provider?: ListedModel["provider"],
): ListReading {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { fault: faultOfJson(text, error) };
  }
  const parsed = listSchema.safeParse(value);
  if (!parsed.success) return { fault: faultOf(parsed.error) };
  const usable = parsed.data.filter((entry) =>
    entry.api_key && providerOf(entry) !== undefined &&
    (provider === undefined || providerOf(entry) === provider)
  );
  const entry = usable.find(saysRealtime) ?? usable[0];
  if (entry === undefined) return { model: undefined, warnings: [] };
  const { model, warning } = modelOf(entry);
  return {
    model: {
      provider: providerOf(entry)!,
      apiKey: entry.api_key!,
      model,
      baseUrl: entry.base_url || undefined,
    },
    warnings: warning === undefined ? [] : [warning],
  };
}

function providerOf({ api_type }: Entry): ListedModel["provider"] | undefined {
  if (api_type === "azure") return "azure";
  return !api_type || OPENAI_TYPES.includes(api_type) ? "openai" : undefined;
}

function saysRealtime({ tags = [], model = "" }: Entry): boolean {
  return [...tags, model].some((word) => word.includes("realtime"));
}

/** The model that an entry is good for. */
function modelOf(entry: Entry): { model?: string; warning?: string } {
  const { model } = entry;
  // On Azure the name is that of a deployment: it says nothing of the model.
  if (!model || providerOf(entry) === "azure") return { model };
  if (DEAD_BETA.test(model)) {
    return {
      warning: `OAI_CONFIG_LIST asks for '${model}', which is shut down`,
    };
  }
  return saysRealtime(entry) ? { model } : {
    warning: `OAI_CONFIG_LIST asks for '${model}', which is no realtime model`,
  };
}

function faultOfJson(text: string, error: unknown): string {
  if (!/^\s*[[{]/.test(text)) {
    return "names no file that can be read, and is no JSON itself";
  }
  const at = /position (\d+)/.exec(String(error))?.[1];
  const line = text.slice(0, Number(at)).split("\n").length;
  return `is no JSON${at === undefined ? "" : `: see line ${line}`}`;
}

function faultOf({ issues: [issue] }: z.ZodError): string {
  const [index, field] = issue!.path;
  if (index === undefined) return issue!.message;
  const entry = `has a fault in entry ${Number(index) + 1}`;
  if (field === undefined) return `${entry}: it ${issue!.message}`;
  return `${entry}: ${String(field)} is ${
    field === "base_url"
      ? "no http or https URL"
      : field === "tags"
      ? "no list of strings"
      : "no string"
  }`;
}
