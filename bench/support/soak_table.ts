/** One line of a soak's table. */
export interface Line {
  what: string;
  figure: string | number;
  limit?: string | number;
  /** False where the limit is not kept. */
  kept?: boolean;
}

/** More errors than this are counted, not shown. */
const MAX_SHOWN = 10;

/** How many of something there are that must not be; the first ones are shown. */
export function noneOf(what: string, found: readonly string[]): Line {
  for (const one of found.slice(0, MAX_SHOWN)) console.error(`${what}: ${one}`);
  return { what, figure: found.length, limit: 0, kept: found.length === 0 };
}

/** Prints the lines; true where every limit is kept. */
export function printTable(lines: readonly Line[]): boolean {
  console.log(
    `${Deno.build.os} ${Deno.build.arch}, ${navigator.hardwareConcurrency} cores, Deno ${Deno.version.deno}\n`,
  );
  console.log("| what | figure | limit | kept |");
  console.log("| --- | ---: | ---: | --- |");
  for (const { what, figure, limit = "", kept } of lines) {
    const verdict = kept === undefined ? "" : kept ? "yes" : "NO";
    console.log(`| ${what} | ${figure} | ${limit} | ${verdict} |`);
  }
  return lines.every(({ kept }) => kept !== false);
}
