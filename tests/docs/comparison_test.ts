import { assert, assertEquals, assertMatch } from "@std/assert";
import { Marked, type Tokens } from "marked";
import { pageNamed, ROOT } from "./pages.ts";

/** A reference to a test: its file, and its title. */
const REFERENCE = /\[(tests\/[\w/]+_test\.ts)\]\(\.\.\/\1\): “([^”]+)”/g;

/** The tables of a page, row by row and cell by cell, as they are written. */
function tablesOf(markdown: string): string[][][] {
  return new Marked().lexer(markdown)
    .filter((token): token is Tokens.Table => token.type === "table")
    .map(({ header, rows }) =>
      [header, ...rows].map((row) => row.map(({ text }) => text))
    );
}

/** The table of the README's section, or of the documentation, that compares. */
function comparisonOf(markdown: string): string[][] {
  const table = tablesOf(markdown).find(([head]) => head?.[1] === "Parley");
  assert(table !== undefined, "No table compares Parley");
  return table;
}

/**
 * Whether a file of tests has one, or a step of one, with this title: tests that
 * share an application are added by a `test` of their file's own. What a template
 * fills in may be anything.
 */
function hasTest(source: string, title: string): boolean {
  const titles = source.matchAll(
    /(?:\bDeno\.test|(?<![.\w])test|\bstep)\(\s*(?:\{\s*name: )?("[^"\n]+"|`[^`]+`)/g,
  );
  return [...titles].some(([, quoted = ""]) => {
    const parts = quoted.slice(1, -1).split(/\$\{[^}]*\}/);
    return new RegExp(`^${parts.map(RegExp.escape).join(".+")}$`).test(title);
  });
}

/** What is said of Parley, and the tests that show it. */
async function claims() {
  const page = await pageNamed("comparison");
  const [, ...rows] = comparisonOf(page);
  const shown = tablesOf(page).find(([head]) => head?.[1] === "shown by");
  const tests = new Map(
    shown?.slice(1).map(([what, by]) => [what!, by!] as const),
  );
  return {
    rows: rows.map(([what, parley]) => ({ what: what!, parley: parley! })),
    tests,
  };
}

Deno.test("each thing that Parley is said to do has a test, and nothing else has", async () => {
  const { rows, tests } = await claims();
  assert(rows.length > 15, `There are only ${rows.length} rows`);
  // What it does not have needs no test.
  const able = rows.filter(({ parley }) => parley !== "no");
  assertEquals([...tests.keys()], able.map(({ what }) => what));
  assert(able.length < rows.length, "Nothing is said to be missing");
  for (const { parley } of rows) assert(parley.trim() !== "");
});

Deno.test("each test that a claim names is there, under its title", async () => {
  const { tests } = await claims();
  for (const [what, by] of tests) {
    const references = [...by.matchAll(REFERENCE)];
    assert(references.length > 0, `${what} names no test`);
    assertEquals(
      references.map(([text]) => text).join("; "),
      by,
      `${what} has something else among its tests`,
    );
    for (const [, file = "", title = ""] of references) {
      const source = await Deno.readTextFile(new URL(file, ROOT));
      assert(hasTest(source, title), `${file} has no test “${title}”`);
    }
  }
});

Deno.test("a title is that of a test or of a step, and of all of it", () => {
  const source = `
    Deno.test("one", async (test) => {
      await test.step("a step", () => {});
    });
    Deno.test({
      name: "two",
    });
    Deno.test(\`over \${name}: three?\`, () => {});
    test("four", () => {});
    const other = /five/.test("five") ? "six" : latest("seven");`;
  for (
    const title of ["one", "a step", "two", "over the socket: three?", "four"]
  ) {
    assert(hasTest(source, title), title);
  }
  for (
    const title of ["on", "step", "over : three?", "five", "six", "seven", ".*"]
  ) {
    assert(!hasTest(source, title), title);
  }
});

Deno.test("the README's table is a part of the documentation's", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", ROOT));
  const short = comparisonOf(readme).map((row) => row.join(" | "));
  const whole = comparisonOf(await pageNamed("comparison"))
    .map((row) => row.join(" | "));
  assert(short.length > 10, `There are only ${short.length} rows`);
  assertEquals(whole.filter((row) => short.includes(row)), short);
});

Deno.test("the versions that the tables name are those of this project and of what its tests use", async () => {
  const { version } = JSON.parse(
    await Deno.readTextFile(new URL("deno.json", ROOT)),
  );
  const { npm } = JSON.parse(
    await Deno.readTextFile(new URL("deno.lock", ROOT)),
  );
  const [, sdk] =
    Object.keys(npm).map((name) =>
      /^@openai\/agents-realtime@([\d.]+)/.exec(name)
    ).find((found) => found !== null) ?? [];
  const { rows } = await claims();
  const state = rows.find(({ what }) => what === "State");
  assert(state?.parley.startsWith(`${version},`), state?.parley);
  for (
    const text of [
      await pageNamed("comparison"),
      await Deno.readTextFile(new URL("README.md", ROOT)),
    ]
  ) {
    const plain = text.replaceAll(/\s+/g, " ");
    assertMatch(plain, new RegExp(`\\bParley ${RegExp.escape(version)} `));
    assert(plain.includes(`\`@openai/agents\` ${sdk})`), `It uses ${sdk}`);
  }
});
