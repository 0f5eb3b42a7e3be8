/**
 * How examples travel over the wire. The session object has no field for them
 * and rejects unknown ones, so a tool's phrases stand as a line at the end of
 * its description, and an agent's examples as lines of its instructions: plain
 * words that also help a large model, and that the embedded peer reads back.
 */

/** Something a person may say to the agent, and what the agent then answers. */
export interface SpokenExample {
  phrase: string;
  answer: string;
}

const PHRASES_LEAD = "People ask for this by saying, for example: ";
const EXAMPLE_LEAD = "- When asked ";
const EXAMPLE_LINK = ", answer ";
const SAY_LEAD = "Say exactly this and nothing else: ";

/** A tool's description with its phrases added as a last line. */
export function describeWithPhrases(
  description: string,
  phrases: readonly string[],
): string {
  if (phrases.length === 0) return description;
  return `${description}\n${PHRASES_LEAD}${
    phrases.map((phrase) => JSON.stringify(phrase)).join(", ")
  }.`;
}

/** The phrases that {@link describeWithPhrases} wrote; none if there are none. */
export function phrasesOf(description: string): string[] {
  const line = description.split("\n").findLast((line) =>
    line.startsWith(PHRASES_LEAD)
  );
  return line === undefined
    ? []
    : quotedStrings(line.slice(PHRASES_LEAD.length));
}

/** Instructions with the agent's examples added, one a line. */
export function instructWithExamples(
  instructions: string,
  examples: readonly SpokenExample[],
): string {
  if (examples.length === 0) return instructions;
  const lines = examples.map(({ phrase, answer }) =>
    `${EXAMPLE_LEAD}${JSON.stringify(phrase)}${EXAMPLE_LINK}${
      JSON.stringify(answer)
    }.`
  );
  return [instructions, ...lines].join("\n");
}

/** The examples that {@link instructWithExamples} wrote. */
export function examplesOf(instructions: string): SpokenExample[] {
  return instructions.split("\n")
    .filter((line) => line.startsWith(EXAMPLE_LEAD))
    .map(quotedStrings)
    .flatMap(([phrase, answer]) =>
      phrase !== undefined && answer !== undefined ? [{ phrase, answer }] : []
    );
}

/** Instructions for one response: these words and no others. */
export function sayExactly(words: string): string {
  return SAY_LEAD + JSON.stringify(words);
}

/** The words of {@link sayExactly}, or undefined for other instructions. */
export function wordsToSay(instructions: string): string | undefined {
  return instructions.startsWith(SAY_LEAD)
    ? quotedStrings(instructions)[0]
    : undefined;
}

/**
 * Every JSON string literal in a line, decoded. One that never ends is matched as
 * well, so that what is in it is not looked at again from each quote.
 */
function quotedStrings(line: string): string[] {
  return [...line.matchAll(/"(?:[^"\\]|\\.)*(?:"|\\?$)/gs)].flatMap(
    ([literal]) => {
      try {
        return [JSON.parse(literal) as string];
      } catch {
        return [];
      }
    },
  );
}
