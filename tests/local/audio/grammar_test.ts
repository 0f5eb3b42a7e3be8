import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { compileGrammar } from "../../../lib/local/audio/grammar.ts";
import { guessPronunciation } from "../../../lib/local/audio/letter_to_sound.ts";
import { numberWords } from "../../../lib/local/audio/numbers.ts";
import { Pronunciations } from "../../../lib/local/audio/pronunciation.ts";
import { waysToSay, wordsOf } from "../../../lib/local/audio/words.ts";

Deno.test("a grammar in JSGF", () => {
  const { jsgf, words } = compileGrammar(
    [
      "What's new in {city}?",
      "stop!",
      "Stop",
      "to {city} or {city}",
      "{nothing}",
      "{unknown}",
    ],
    { city: ["New York", "Zürich"], nothing: [] },
  );
  assertEquals(
    jsgf,
    `#JSGF V1.0;
grammar phrases;
public <heard> = [<before>] <phrase> [<after>];
<before> = (um | uh | please | hey | okay);
<after> = please;
<phrase> = (what's | what is) new in <slot_0>
  | stop
  | to <slot_0> or <slot_0>;
<slot_0> = (new york | zurich);`,
  );
  assert(
    ["what's", "what", "is", "new", "york", "zurich", "um"].every((word) =>
      words.has(word)
    ),
  );
});

Deno.test("recognised words give the phrase as declared", () => {
  const { phraseOf } = compileGrammar(
    [
      "What's new in {city}?",
      "stop",
      "from {city} to {city}",
      "please stop",
      "5 o'clock",
    ],
    { city: ["New York", "York"] },
  );
  for (
    const [recognised, phrase] of [
      ["what is new in new york", "What's new in New York?"],
      ["um what's new in york please", "What's new in York?"],
      ["from new york to york", "from New York to York"],
      ["stop please", "stop"],
      ["please stop", "stop"],
      ["five o'clock", "5 o'clock"],
      ["what is new", ""],
      ["um", ""],
      ["", ""],
    ] as const
  ) assertEquals(phraseOf(recognised), phrase, recognised);
});

Deno.test("nothing that is declared can break the grammar", () => {
  const { jsgf } = compileGrammar(["<a> = b; | {x}", "#JSGF\n(c)* /1/"], {
    x: ["[d]", "$"],
    "a}": ["e"],
  });
  assertStringIncludes(
    jsgf,
    "<phrase> = a b <slot_0>\n  | jsgf c one;\n<slot_0> = d;",
  );
});

Deno.test("words of a text", () => {
  assertEquals(wordsOf("St.-Malo, it’s 21.5 % & 'Ångström'!"), [
    ..."st malo it's twenty one point five percent and angstrom".split(" "),
  ]);
  assertEquals(
    wordsOf("1,250 東京 …"),
    "one thousand two hundred fifty".split(" "),
  );
});

Deno.test("contractions go both ways", () => {
  assertEquals(waysToSay(["i", "would", "go"]), [[["i", "would"], ["i'd"]], [[
    "go",
  ]]]);
  assertEquals(waysToSay(["can't"]), [[["can't"], ["can", "not"]]]);
});

Deno.test("numbers in words", () => {
  assertEquals(numberWords("0"), "zero");
  assertEquals(numberWords("42"), "forty two");
  assertEquals(numberWords("1000001"), "one million one");
  assertEquals(numberWords("3.14"), "three point one four");
});

Deno.test("pronunciations come from the dictionary, else by rule", () => {
  const pronunciations = new Pronunciations(
    "a AH\na(2) EY\nparis P EH R IH S\nparis(2) P AE R IH S\nrome R OW M\n",
  );
  assertEquals(pronunciations.of("paris"), [["paris", "P EH R IH S"], [
    "paris(2)",
    "P AE R IH S",
  ]]);
  assertEquals(pronunciations.of("a"), [["a", "AH"], ["a(2)", "EY"]]);
  assertEquals(pronunciations.of("paris's"), [["paris's", "P EH R IH S Z"], [
    "paris's(2)",
    "P AE R IH S Z",
  ]]);
  assertEquals(pronunciations.of("rom"), [["rom", "R AA M"]]);
});

Deno.test("letters to sounds", () => {
  for (
    const [word, phones] of [
      ["zug", "Z AH G"],
      ["phoenix", "F OW N IH K S"],
      ["knight", "N AY T"],
      ["station", "S T AE SH AH N"],
      ["lane", "L EY N"],
      ["gorilla", "G AO R IH L AH"],
      ["bbc", "B IY B IY S IY"],
      ["", ""],
    ] as const
  ) assertEquals(guessPronunciation(word), phones, word);
  // No word is without sounds, and none has sounds that the model lacks.
  const known = new Set(
    "AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH"
      .split(" "),
  );
  for (
    const word of [
      "ljubljana",
      "szczecin",
      "reykjavik",
      "e",
      "ee",
      "aeiouy",
      "x",
      "ngorongoro",
      "qatar",
    ]
  ) {
    const phones = guessPronunciation(word).split(" ");
    assert(
      phones.every((phone) => known.has(phone)),
      `${word}: ${phones.join(" ")}`,
    );
  }
});
