import type { Reply } from "../../lib/local/brain/brain.ts";
import type {
  ConversationItem,
  RealtimeFunctionTool,
  SessionConfig,
} from "../../lib/realtime/events.ts";
import { wordsToSay } from "../../lib/realtime/examples.ts";

/** As much of what was said, and of an output, is said again, in characters. */
const ECHO_CHARACTERS = 40;

/** What the script is asked with. */
export interface Cue {
  session: Pick<SessionConfig, "tools" | "tool_choice">;
  /** The response's own instructions, where it has some. */
  instructions?: string;
  /** The conversation so far, oldest first. */
  items: readonly ConversationItem[];
  /** What was said in an audio item, by item id. */
  heard: (itemId: string) => string | undefined;
}

/**
 * What the scripted model does next.
 *
 * | the last words of the person       | it                                  |
 * | ---------------------------------- | ----------------------------------- |
 * | `call 7`, or any text with "tool"  | calls the session's first tool      |
 * | `tool:NAME`, `tool:NAME {…}`       | calls this tool, with these arguments |
 * | `tools:NAME×3`, `tools:NAME×3 {…}` | calls it three times at once        |
 * | anything else                      | says a short sentence               |
 *
 * Arguments that are not given come from the tool's JSON Schema. Once a call has
 * its output, it says the output's first {@link ECHO_CHARACTERS} characters.
 */
export function nextReply(cue: Cue): Reply {
  const words = wordsToSay(cue.instructions ?? "");
  if (words !== undefined) return says(words);
  const asked = cue.items.findLastIndex((item) =>
    item.type === "message" && item.role === "user"
  );
  if (asked < 0) return says("Hello.");
  const since = cue.items.slice(asked + 1);
  const outputs = since.filter((item) => item.type === "function_call_output");
  if (outputs.length > 0) {
    return says(
      `It says: ${
        outputs.map(({ output }) => output.slice(0, ECHO_CHARACTERS)).join("; ")
      }`,
    );
  }
  if (since.some((item) => item.type === "function_call")) {
    return says("I have no output yet.");
  }
  const text = textOf(cue.items[asked]!, cue.heard);
  const calls = cue.session.tool_choice === "none"
    ? []
    : callsIn(text, functionsOf(cue.session));
  return calls.length > 0
    ? { kind: "calls", calls }
    : says(`You said: ${text.slice(0, ECHO_CHARACTERS)}`);
}

const says = (text: string): Reply => ({ kind: "message", text });

function functionsOf({ tools = [] }: Cue["session"]): RealtimeFunctionTool[] {
  return tools.filter((tool): tool is RealtimeFunctionTool =>
    tool.type === "function"
  );
}

function textOf(item: ConversationItem, heard: Cue["heard"]): string {
  if (item.type !== "message" || item.role !== "user") return "";
  return (item.id && heard(item.id)) ??
    item.content.map((part) => part.text ?? part.transcript ?? "").join(" ");
}

function callsIn(
  text: string,
  tools: readonly RealtimeFunctionTool[],
): { name: string; arguments: string }[] {
  const named = /\btools?:([\w-]+)(?:×(\d+))?\s*(\{.*\})?/s.exec(text);
  const first = /^call \d+$|\btool/i.test(text) ? tools[0]?.name : undefined;
  const [name = first, times = "1", args] = named?.slice(1) ?? [];
  if (name === undefined) return [];
  const tool = tools.find((tool) => tool.name === name);
  const call = { name, arguments: args ?? JSON.stringify(argumentsFor(tool)) };
  return Array.from({ length: Number(times) }, () => call);
}

/** What of a JSON Schema is looked at. */
interface Schema {
  type?: string;
  enum?: unknown[];
  examples?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
}

const PLAIN: Readonly<Record<string, unknown>> = {
  string: "something",
  number: 1,
  integer: 1,
  boolean: true,
  array: [],
  object: {},
};

/** Arguments that a tool takes, as far as its schema says. */
function argumentsFor(
  tool: RealtimeFunctionTool | undefined,
): Record<string, unknown> {
  const { properties = {}, required = [] } = (tool?.parameters ?? {}) as Schema;
  return Object.fromEntries(required.map((name) => {
    const { type = "string", enum: values, examples } = properties[name] ?? {};
    return [name, examples?.[0] ?? values?.[0] ?? PLAIN[type]];
  }));
}
