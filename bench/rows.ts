import { quantile } from "./statistics.ts";

/** One quantity, measured several times under one condition. */
export interface Row {
  /** The part of the bench that it belongs to, such as `connect`. */
  bench: string;
  /** What it is, from where to where: `click to channel open`. */
  what: string;
  /** Which of several ways that are compared: `server handshake`. */
  way?: string;
  /** How long every request to the provider waits for its answer, in ms. */
  delayMs?: number;
  /** So many conversations at once. */
  conversations?: number;
  /** `ms`, `KB`, `×`, … */
  unit: string;
  /** As measured, in the order of measuring; a ratio of medians is one sample. */
  samples: readonly number[];
  limit?: Limit;
}

/** What a row has to keep. */
export interface Limit {
  of: "median" | "p95" | "p99";
  most: number;
}

const PARTS: Readonly<Record<Limit["of"], number>> = {
  median: 0.5,
  p95: 0.95,
  p99: 0.99,
};

/** Whether a row keeps its limit; undefined where it has none. */
export function isKept({ samples, limit }: Row): boolean | undefined {
  if (limit === undefined) return undefined;
  // What could not be measured is not kept.
  return quantile(samples, PARTS[limit.of]) <= limit.most;
}

/** The middle of one row's samples over that of another's, as a row of its own. */
export function ratioOf(row: Row, to: Row, what: string, most?: number): Row {
  const [part, whole] = [row, to].map(({ samples }) => quantile(samples, 0.5));
  return {
    ...row,
    what,
    unit: "×",
    samples: [part! / whole!],
    limit: most === undefined ? undefined : { of: "median", most },
  };
}

/** The rows as one table in Markdown. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const { bench, what, way, delayMs, conversations, unit, samples, limit } =
      row;
    const condition = [
      way,
      delayMs !== undefined && `provider ${delayMs} ms`,
      conversations !== undefined && `${conversations} conversations`,
    ].filter(Boolean).join(", ");
    const [median, p95, p99] = [0.5, 0.95, 0.99].map((part) =>
      figure(quantile(samples, part))
    );
    return [
      bench,
      what,
      condition,
      unit,
      median,
      // One sample has no spread, and a hundred are needed for a hundredth.
      samples.length > 1 ? p95 : "",
      samples.length >= 100 ? p99 : "",
      samples.length,
      limit === undefined
        ? ""
        : `${limit.of} ≤ ${Number(limit.most.toFixed(2))}: ${
          isKept(row) ? "kept" : "NOT KEPT"
        }`,
    ];
  });
  const head = [
    "bench",
    "what",
    "condition",
    "unit",
    "median",
    "p95",
    "p99",
    "samples",
    "limit",
  ];
  const rule = head.map((_, at) => at < 4 || at === 8 ? "---" : "---:");
  return [head, rule, ...lines]
    .map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function figure(value: number): string {
  return Math.abs(value) < 10 ? value.toFixed(2) : value.toFixed(0);
}
