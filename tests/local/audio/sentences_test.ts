import { assert, assertEquals } from "@std/assert";
import { sentences } from "../../../lib/local/audio/sentences.ts";
import { spokenForm } from "../../../lib/local/audio/spoken_form.ts";

Deno.test("sentences", () => {
  for (
    const [text, expected] of [
      ["", []],
      ["  \n ", []],
      ["Hello", ["Hello"]],
      ["Hello. How are you? Fine!", ["Hello.", "How are you?", "Fine!"]],
      ["It is 21.5 degrees. Nice.", ["It is 21.5 degrees.", "Nice."]],
      ["Dr. Smith and Mrs. Jones met. They left.", [
        "Dr. Smith and Mrs. Jones met.",
        "They left.",
      ]],
      ["Bring fruit, e.g. apples. Or i.e. pears.", [
        "Bring fruit, e.g. apples.",
        "Or i.e. pears.",
      ]],
      ["J. S. Bach was born in 1685. He died in 1750.", [
        "J. S. Bach was born in 1685.",
        "He died in 1750.",
      ]],
      ["Meet at 5 p.m. Then we go.", ["Meet at 5 p.m.", "Then we go."]],
      ["Meet at 5 p.m. on Monday.", ["Meet at 5 p.m. on Monday."]],
      ["Visit example.com today. Or not.", [
        "Visit example.com today.",
        "Or not.",
      ]],
      ['She said "Go!" Then he went.', ['She said "Go!"', "Then he went."]],
      ["Wait... what? Really?!", ["Wait... what?", "Really?!"]],
      ["So do I. You too.", ["So do I.", "You too."]],
      ["No. 5 is alive. No. It is not.", [
        "No. 5 is alive.",
        "No.",
        "It is not.",
      ]],
      ["1. First\n2. Second", ["1. First", "2. Second"]],
      ["One line\ngoes on. Next.", ["One line goes on.", "Next."]],
    ] as [string, string[]][]
  ) assertEquals(sentences(text), expected, text);
});

Deno.test("long sentences are cut at their clauses", () => {
  const text =
    "The weather in Rome is sunny with a light breeze from the west, while in Paris it has been raining " +
    "since the early morning, and in London, as so often, there is fog that may well last until the evening.";
  const pieces = sentences(text);
  assertEquals(pieces.length, 3);
  assert(pieces.every((piece) => piece.length <= 121), pieces.join(" | "));
  assert(pieces[0]!.endsWith(","));
  assertEquals(pieces.join(" "), text);
  const endless = "a".repeat(500);
  assertEquals(sentences(endless).join(""), endless);
});

Deno.test("the spoken form", () => {
  for (
    const [written, said] of [
      ["It is 21.5 °C.", "It is 21.5 degrees Celsius."],
      ["-3°C to 1 °F", "minus 3 degrees Celsius to 1 degree Fahrenheit"],
      ["80% at 30 km/h", "80 percent at 30 kilometers per hour"],
      ["5–7 km", "5 to 7 kilometers"],
      ["**Bold** and [a link](https://example.com)", "Bold and a link"],
      ["Zürich — naïve “café”", 'Zurich, naive "cafe"'],
      ["€20, $5.50", "20 euros, 5 dollars 50"],
      ["e.g. this & that", "for example this and that"],
      ["👍", ""],
      ["…", ""],
      ["", ""],
    ] as const
  ) assertEquals(spokenForm(written), said, written);
});
