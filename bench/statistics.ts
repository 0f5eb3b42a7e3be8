/** The value below which this part (0 to 1) of the samples lies. */
export function quantile(samples: readonly number[], part: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[
    Math.min(sorted.length - 1, Math.floor(part * sorted.length))
  ] ??
    NaN;
}

/** A line of the table: name, median, 95th percentile, raw samples. */
export function row(name: string, samples: readonly number[]): string {
  const [median, p95] = [quantile(samples, 0.5), quantile(samples, 0.95)];
  return `| ${name} | ${median.toFixed(0)} | ${p95.toFixed(0)} | ${
    samples.map((sample) => sample.toFixed(0)).join(" ")
  } |`;
}
