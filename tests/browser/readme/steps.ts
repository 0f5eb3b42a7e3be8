import { assert } from "@std/assert";
import { blocksOf } from "../../docs/pages.ts";

/** What the README tells a reader to do, up to an answer of the first tool. */
export interface Steps {
  /** The line that starts the server. */
  start: string;
  /** The page's address, and the name of the button that begins. */
  page: URL;
  button: string;
  /** The tool's file, from the project's folder on, and what goes into it. */
  tool: { file: string; code: string };
  /** The agent's file, and which of its lines becomes which. */
  agent: { file: string; before: string; after: string };
  /** What is said, and an example of what is heard. */
  question: string;
  answer: string;
}

/**
 * Reads the steps out of the README, so that nothing of it is written twice.
 *
 * @throws naming the step that it does not have.
 */
export function stepsOf(readme: string): Steps {
  const begin = sectionOf(readme, "Try it");
  const tool = sectionOf(readme, "Your first tool");
  const change = blockOf(tool, "diff");
  return {
    start: wordsIn(blockOf(begin, "sh"), /^(.*\btask start)$/m),
    page: new URL(wordsIn(begin, /<(http:\/\/127\.0\.0\.1:[^>]*)>/)),
    button: wordsIn(begin, /press \*\*(.+?)\*\*/),
    tool: {
      file: wordsIn(tool, /Save this as\s+`(lib\/tools\/\w+\.ts)`/),
      code: blockOf(tool, "ts"),
    },
    agent: {
      file: wordsIn(tool, /in\s+`(lib\/agents\/\w+\.ts)`/),
      before: wordsIn(change, /^-(.*)$/m),
      after: wordsIn(change, /^\+(.*)$/m),
    },
    question: wordsIn(tool, /say\s+“(.+?)”/),
    answer: wordsIn(tool, /answers\s+“(.+?)”/),
  };
}

function sectionOf(readme: string, title: string): string {
  const [, text] = readme.split(`\n## ${title}\n`);
  assert(text !== undefined, `The README has no section '${title}'`);
  return text.split("\n## ")[0]!;
}

function blockOf(section: string, language: string): string {
  const block = blocksOf(section).find((block) => block.language === language);
  assert(block !== undefined, `No block of ${language} is in:\n${section}`);
  return block.code;
}

function wordsIn(text: string, pattern: RegExp): string {
  const [, words] = pattern.exec(text) ?? [];
  assert(words !== undefined, `${pattern} is not in:\n${text}`);
  return words.replaceAll(/\s*\n\s*/g, " ");
}
