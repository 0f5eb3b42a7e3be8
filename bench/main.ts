/**
 * Measures what a person waits for and prints one table. `deno task bench`
 */
import { measureStart } from "./start.ts";
import { row } from "./statistics.ts";

console.log(
  `${Deno.build.os} ${Deno.build.arch}, ${navigator.hardwareConcurrency} cores, Deno ${Deno.version.deno}\n`,
);
console.log("| what | median | p95 | samples |");
console.log("| --- | ---: | ---: | ---: |");
const { first, page } = await measureStart(7);
console.log(row("start: command to first response, ms", first));
console.log(row("start: that response to the chat page's, ms", page));
