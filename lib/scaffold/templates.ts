/** What can be begun by a command. */
export const KINDS = ["tool", "agent"] as const;
export type Kind = typeof KINDS[number];

/** A module to begin with. */
export interface Scaffold {
  /** Where it belongs, from the project's folder on. */
  file: string;
  text: string;
  /** What is to be done next, a sentence each. */
  next: string[];
}

/** As the wire takes them, and as they can be read as words. */
const NAME = /^[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*$/;
const LONGEST_NAME = 64;

/**
 * A tool or an agent that works as it is, to be changed.
 *
 * @throws {TypeError} naming a name that can't be one, and how it has to be.
 */
export function scaffold(kind: Kind, name: string): Scaffold {
  if (!NAME.test(name) || name.length > LONGEST_NAME) {
    throw new TypeError(
      `'${name}' can't be the name of ${
        kind === "tool" ? "a tool" : "an agent"
      }: use small letters, digits, _ and -, ${LONGEST_NAME} at the most, such as roll_dice`,
    );
  }
  const words = name.replace(/[_-]/g, " ");
  return kind === "tool" ? newTool(name, words) : newAgent(name, words);
}

function newTool(name: string, words: string): Scaffold {
  return {
    file: `lib/tools/${name}.ts`,
    text: `import { defineTool } from "parley";
import { z } from "zod";

export default defineTool({
  description: "${capital(words)}, for a person's name",
  parameters: z.object({
    name: z.string().describe("whom it is for"),
  }),
  examples: {
    phrases: ["${words} for {name}", "please ${words} for {name}"],
    name: ["Anna", "Peter", "Mary"],
  },
  execute({ name }) {
    return \`Done: ${words}, for \${name}.\`;
  },
});
`,
    next: [
      `Give it to an agent: add "${name}" to the tools in lib/agents/weather.ts.`,
      `Start a conversation and say: "${capital(words)} for Anna."`,
    ],
  };
}

function newAgent(name: string, words: string): Scaffold {
  const title = capital(words);
  return {
    file: `lib/agents/${name}.ts`,
    text: `import { defineAgent } from "parley";

export default defineAgent({
  title: "${title}",
  description: "Says what it can do, until it is told more.",
  instructions: [
    "You are ${title}, and you talk with people in a friendly voice.",
    "Answer in one or two short sentences: they are heard, not read.",
  ].join("\\n"),
  greeting: "Hello! I am ${title}. What can I do for you?",
  voice: "marin",
  tools: [],
  examples: [
    {
      phrase: "what can you do",
      answer: "Nothing yet. Give me a tool, and I can do what it does.",
    },
    { phrase: "thank you", answer: "You are welcome." },
  ],
});
`,
    next: [
      `Open http://127.0.0.1:8000/start-chat?agent=${name} and say: "What can you do?"`,
      `Give it tools: their names go into its list of tools.`,
    ],
  };
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
