/** More than this are counted, not shown. */
const MAX_SHOWN = 5;

/** @throws {Error} where there is one, with the first ones of them. */
export function noFailures(found: readonly string[]): void {
  if (found.length === 0) return;
  const more = found.length - MAX_SHOWN;
  throw new Error(
    [
      `${found.length} things went wrong while it was measured:`,
      ...found.slice(0, MAX_SHOWN),
      ...more > 0 ? [`… and ${more} more`] : [],
    ].join("\n"),
  );
}
