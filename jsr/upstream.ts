/**
 * Takes the linked packages out of `deno.json`, so that Fresh and the assertions
 * come from JSR, or puts them back in.
 *
 * ```sh
 * deno task upstream        # out, or back in
 * ```
 */
const CONFIG = new URL("../deno.json", import.meta.url);

/** The line of `deno.json` that leads to the packages in this folder. */
const LINKS = `  "links": ["./jsr/fresh", "./jsr/assert"],\n`;
/** What the line stands before. */
const NEXT = `  "compilerOptions"`;

const text = await Deno.readTextFile(CONFIG);
const linked = text.includes(LINKS);
if (!linked && (/"links"/.test(text) || !text.includes(NEXT))) {
  console.error(
    `deno.json can't be changed: it has to have either the line\n${LINKS}or none of its kind, before\n${NEXT}`,
  );
  Deno.exit(1);
}
await Deno.writeTextFile(
  CONFIG,
  linked ? text.replace(LINKS, "") : text.replace(NEXT, LINKS + NEXT),
);
console.log(
  linked
    ? "Fresh and the assertions come from JSR now. Run `deno task test`; `deno task upstream` takes it back."
    : "Fresh and the assertions are those of jsr/ again.",
);
