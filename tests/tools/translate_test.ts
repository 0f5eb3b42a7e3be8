import { assert, assertEquals } from "@std/assert";
import translate from "../../lib/tools/translate.ts";
import {
  languages,
  lookUp,
  phrases,
} from "../../lib/tools/translate/phrase_book.ts";
import { toolContext } from "../support/tool_context.ts";

const say = (text: string, language: string) =>
  translate.execute({ text, language }, toolContext());

Deno.test("translate finds phrases however they are written", () => {
  const morning = "“Good morning” in French is “bonjour”.";
  assertEquals(say("Good morning", "French"), morning);
  assertEquals(say("  good MORNING!", "french"), morning);
  const name = "“What's your name” in German is “wie heißen Sie”.";
  assertEquals(say("what is your name?", "German"), name);
  assertEquals(say("What’s your name", "German"), name);
  assertEquals(
    lookUp("The bill please", "Italian")?.phrase,
    "The bill, please",
  );
  assertEquals(
    lookUp("i'd like a coffee", "Spanish")?.translation,
    "quisiera un café",
  );
});

Deno.test("translate says what the phrase book does not have", () => {
  assertEquals(
    say("My hovercraft is full of eels", "French"),
    "The phrase book has no French for “My hovercraft is full of eels”.",
  );
  assertEquals(
    say("Good morning", "Klingon"),
    "The phrase book has no Klingon for “Good morning”.",
  );
  assertEquals(lookUp("Good morning", "English"), undefined);
  assertEquals(lookUp("", ""), undefined);
});

Deno.test("the phrase book has every phrase in every language, once", () => {
  assertEquals(languages, ["French", "German", "Italian", "Spanish"]);
  assertEquals(phrases.length, 25);
  for (const phrase of phrases) {
    for (const language of languages) {
      const entry = lookUp(phrase, language);
      assertEquals(entry?.phrase, phrase);
      assert(entry?.translation.trim(), `${phrase} in ${language}`);
    }
  }
});
