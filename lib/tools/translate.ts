import { defineTool } from "parley";
import { z } from "zod";
import { languages, lookUp, phrases } from "./translate/phrase_book.ts";

export default defineTool({
  description: "Look up an everyday phrase in the phrase book; translate " +
    "yourself what it does not have",
  parameters: z.object({
    text: z.string().describe("what to translate, in English"),
    language: z.string().describe("the language to translate into"),
  }),
  idempotent: true,
  examples: {
    phrases: [
      "how do you say {text} in {language}",
      "translate {text} into {language}",
      "say {text} in {language}",
      "what is {text} in {language}",
    ],
    text: phrases,
    language: languages,
  },
  execute({ text, language }) {
    const entry = lookUp(text, language);
    if (!entry) return `The phrase book has no ${language} for “${text}”.`;
    return `“${entry.phrase}” in ${entry.language} is “${entry.translation}”.`;
  },
});
