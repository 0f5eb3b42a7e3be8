import { assertEquals, assertNotEquals } from "@std/assert";
import { clockTime } from "../lib/language/clock_time.ts";
import { ENGLISH } from "../lib/language/english.ts";
import { GERMAN } from "../lib/language/german.ts";
import { chooseLanguage } from "../lib/language/languages.ts";
import { fill } from "../lib/language/messages.ts";

Deno.test("the browser's best wish among the languages there are is granted", () => {
  assertEquals(chooseLanguage(null), "en");
  assertEquals(chooseLanguage("de-AT,de;q=0.9,en;q=0.8"), "de");
  assertEquals(chooseLanguage("fr-FR, en-GB;q=0.7, de;q=0.9"), "de");
  assertEquals(chooseLanguage("de;q=0, fr"), "en");
  assertEquals(chooseLanguage("en, de"), "en");
  assertEquals(chooseLanguage("constructor, *;q=0.5,;;;q=x"), "en");
});

Deno.test("both languages have a word for everything, with the same slots", () => {
  const slots = (text: string) => (text.match(/\{\w+\}/g) ?? []).toSorted();
  for (const [section, words] of Object.entries(ENGLISH)) {
    const german = GERMAN[section as keyof typeof GERMAN] as Record<
      string,
      string
    >;
    for (const [name, text] of Object.entries<string>(words)) {
      assertNotEquals(german[name], "", `${section}.${name}`);
      // Where the server's own sentence is English, German has one of its own.
      if (text !== "") {
        assertEquals(slots(german[name]!), slots(text), `${section}.${name}`);
      }
    }
  }
});

Deno.test("slots are filled, and unknown ones stay", () => {
  assertEquals(
    fill("{a} and {b} of {a}", { a: 1, b: "{a}" }),
    "1 and {a} of 1",
  );
  assertEquals(fill("{c}", {}), "{c}");
});

Deno.test("lengths of time are read like a clock", () => {
  assertEquals([0, 7_400, 65_000, 3_723_000, -5].map(clockTime), [
    "0:00",
    "0:07",
    "1:05",
    "1:02:03",
    "0:00",
  ]);
});
