/** Begins a line of the probe's in a server's output. */
export const LAG_MARK = "Lag in ms: ";

/** What the probe has told in an output, in ms. */
export function lagsIn(output: string): number[] {
  return output.split("\n").filter((line) => line.startsWith(LAG_MARK))
    .flatMap((line) =>
      line.slice(LAG_MARK.length).split(" ").filter(Boolean).map(Number)
    );
}
