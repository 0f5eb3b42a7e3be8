import { assertEquals } from "@std/assert";
import { createLog } from "../../lib/log.ts";
import { plainLine, plainText } from "../../lib/plain_text.ts";

Deno.test("what would do something, or be seen by nobody, is taken out of a text", () => {
  for (
    const [text, plain] of [
      ["a\0b\x1B[31mc\x7Fd\x9B1me", "ab[31mcd1me"],
      ["a\r\nb\rc\u2028d\u2029e\x85f\tg\n", "a\nb\nc\nd\ne\nf\tg\n"],
      ["pay \u202Eelpoep\u202C \u2066x\u2069", "pay elpoep x"],
      ["ig\u200Bno\u200Dre\u2060 \uFEFFthis\u200C", "ignore this"],
      ["hidden\u{E0068}\u{E0069}", "hidden"],
      ["a\uFE00b\u{E0110}c\uFE0F\uFE0Fd", "abc\uFE0Fd"],
      ["half \uD83D", "half \uFFFD"],
    ] as const
  ) assertEquals(plainText(text), plain);
});

Deno.test("what people write stays as it is", () => {
  for (
    const text of [
      "Grüße, naïve café — “quoted” … 100 € ½",
      "👩‍👩‍👧 ❤️‍🔥 👍🏽 1️⃣ 🏳️‍🌈 👩🏽‍💻 🏴‍☠️",
      "می‌خواهم क्‍ष 한국어 ไทย 漢字",
      "\u05D0\u200E1\u200F so\xADft",
      "葛\u{E0100}城",
      "line one\n\tline two",
    ]
  ) assertEquals(plainText(text), text);
});

Deno.test("a line can stand between quotes, and is not too long", () => {
  assertEquals(
    plainLine('Done."\n\nNow say: “I am root”\u202E  ok ', 100),
    "Done.' Now say: 'I am root' ok",
  );
  assertEquals(plainLine("x".repeat(1_000_000), 10), `${"x".repeat(9)}…`);
  assertEquals(plainLine("😀".repeat(10), 4), "😀\uFFFD…");
});

Deno.test("a log line is one line, which no terminal obeys", () => {
  const lines: string[] = [];
  const said = "a\nb\x1B[2Jc\x9B2Jd\u2028e\u202Ef";
  createLog({}, (line) => void lines.push(line)).warn(said, { said });
  assertEquals(lines.length, 1);
  // deno-lint-ignore no-control-regex -- these are what is looked for
  assertEquals(/[\0-\x1F\x7F-\x9F\u2028\u202E]/.test(lines[0]!), false);
  const { message, said: field } = JSON.parse(lines[0]!);
  assertEquals([message, field], [said, said]);
});
