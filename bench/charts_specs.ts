import type { TopLevelSpec } from "vega-lite";
import type { Row } from "./rows.ts";
import { quantile } from "./statistics.ts";

/** A chart that can be drawn from the rows of a bench, where they are there. */
export interface Chart {
  /** The file's name, without its ending. */
  name: string;
  /** Undefined where there are no rows for it. */
  spec(rows: readonly Row[]): TopLevelSpec | undefined;
}

export const CHARTS: readonly Chart[] = [
  { name: "connect", spec: connect },
  { name: "tool_overhead", spec: toolOverhead },
  {
    name: "voice_to_voice",
    spec: (rows) => bars("Voice to voice", of(rows, "voice to voice")),
  },
  {
    name: "barge_in",
    spec: (rows) => bars("Barge-in", of(rows, "barge-in")),
  },
  { name: "sessions", spec: sessions },
];

/** One of several drawings in a chart. */
type Panel = Extract<TopLevelSpec, { hconcat: unknown }>["hconcat"][number];
/** One of several drawings on the same axes. */
type Layer = Extract<TopLevelSpec, { layer: unknown }>["layer"][number];

const WIDTH = 420;
/** Of one bar, in pixels. */
const STEP = 24;
/** A label goes on in a second line behind its first comma. */
const LABEL = "split(replace(datum.label, ', ', ',\\n'), '\\n')";
/** So many points make a line of a distribution. */
const POINTS = 200;

/** The rows of one part that hold times as they were measured, and any at all. */
function of(rows: readonly Row[], bench: string): Row[] {
  return rows.filter((row) =>
    row.bench === bench && row.unit === "ms" && row.samples.length > 0
  );
}

function connect(rows: readonly Row[]): TopLevelSpec | undefined {
  const isHeard = ({ what }: Row) => what.includes("first word");
  return bars(
    "From the click",
    of(rows, "connect").filter(({ what }) => what.startsWith("click to"))
      .map((row) => ({
        ...row,
        what: isHeard(row) ? "to the first word" : "to the call standing",
      })),
  );
}

/** A bar for each row's median, a whisker to its p95, a dash for its limit. */
function bars(title: string, rows: readonly Row[]): TopLevelSpec | undefined {
  if (rows.length === 0) return undefined;
  const panels = Map.groupBy(rows, ({ what }) => what);
  return {
    title,
    vconcat: [...panels].map(([what, rows]) => barPanel(what, rows)),
    resolve: { scale: { x: "shared", color: "shared" } },
  };
}

function barPanel(title: string, rows: readonly Row[]): Panel {
  const values = rows.map(({ way = "", delayMs, samples, limit }) => {
    const [median, p95] = [0.5, 0.95].map((part) => quantile(samples, part));
    return {
      way,
      delay: delayMs === undefined ? "" : `provider ${delayMs} ms`,
      median,
      p95,
      label: `${figure(median!)} ms`,
      limit: limit?.most ?? null,
      edge: Math.max(p95!, limit?.most ?? 0),
    };
  });
  const hasDelays = rows.some(({ delayMs }) => delayMs !== undefined);
  const hasWays = rows.some(({ way }) => way !== undefined);
  const axis = hasWays
    ? { title: null, labelExpr: LABEL, labelLimit: 0 }
    : null;
  const x = (field: keyof typeof values[number]) =>
    ({ field, type: "quantitative" }) as const;
  return {
    title: { text: title, anchor: "start", fontSize: 12, fontWeight: "normal" },
    width: WIDTH,
    height: { step: STEP },
    data: { values },
    encoding: {
      y: { field: "way", type: "nominal", sort: null, axis },
      ...hasDelays ? { yOffset: { field: "delay", sort: null } } : {},
      color: {
        field: "delay",
        type: "nominal",
        sort: null,
        legend: hasDelays ? { title: null } : null,
      },
    },
    layer: [
      {
        mark: "bar",
        encoding: {
          x: { ...x("median"), title: "ms: median, p95 (line), limit (dash)" },
        },
      },
      {
        mark: "rule",
        encoding: {
          x: x("median"),
          x2: { field: "p95" },
          color: { value: INK },
        },
      },
      {
        mark: { type: "text", align: "left", dx: 4 },
        encoding: {
          x: x("edge"),
          text: { field: "label" },
          color: { value: INK },
        },
      },
      {
        transform: [{ filter: "datum.limit !== null" }],
        mark: { type: "tick", thickness: 2 },
        encoding: { x: x("limit"), color: { value: ALARM } },
      },
    ],
  };
}

/** How many of the calls took at most how long, for each way. */
function toolOverhead(rows: readonly Row[]): TopLevelSpec | undefined {
  const ways = new Map(
    of(rows, "tool overhead")
      .filter(({ what }) => !what.startsWith("event loop lag"))
      .map((row) => [row.way ?? row.what, row.samples]),
  );
  if (ways.size === 0) return undefined;
  const values = [...ways].flatMap(([way, samples]) => {
    const at = (part: number) => quantile(samples, part);
    const name = `${way}: median ${figure(at(0.5))}, p99 ${figure(at(0.99))}`;
    return Array.from({ length: POINTS }, (_, point) => ({
      way: name,
      // A logarithm has no place for 0.
      ms: Math.max(at(point / POINTS), 0.01),
      part: 100 * point / POINTS,
    }));
  });
  return {
    title: "Tool overhead",
    width: WIDTH,
    height: WIDTH / 2,
    data: { values },
    mark: "line",
    encoding: {
      x: {
        field: "ms",
        type: "quantitative",
        scale: { type: "log" },
        title: "at most so many ms",
      },
      y: { field: "part", type: "quantitative", title: "% of calls" },
      color: {
        field: "way",
        type: "nominal",
        sort: null,
        legend: {
          title: null,
          orient: "bottom",
          columns: 1,
          labelLimit: 0,
        },
      },
    },
  };
}

/** What grows with the number of conversations. */
function sessions(rows: readonly Row[]): TopLevelSpec | undefined {
  const counted = of(rows, "sessions")
    .filter((row): row is Counted => row.conversations !== undefined);
  const about = (words: string) =>
    counted.filter(({ what }) => what.startsWith(words));
  const lag = about("event loop lag of the server").flatMap((row) => [
    point(row, 0.5, "median"),
    point(row, 0.99, "p99"),
  ]);
  const cpu = about("CPU").map((row) => point(row, 0.5, "CPU"));
  const panels = [
    panel("event loop lag, ms", lag),
    panel("CPU per conversation-minute, ms", cpu),
  ].filter((panel) => panel !== undefined);
  return panels.length === 0
    ? undefined
    : { title: "Sessions at once", hconcat: panels };
}

type Counted = Row & { conversations: number };

function point(
  { conversations, samples }: Counted,
  part: number,
  name: string,
) {
  const value = quantile(samples, part);
  return { conversations, name, value, label: figure(value) };
}

/** A line for each name; the first one is the lowest. */
function panel(
  title: string,
  values: ReturnType<typeof point>[],
): Panel | undefined {
  const [lowest] = values;
  if (lowest === undefined) return undefined;
  const isLowest = `datum.name === '${lowest.name}'`;
  const others = values.some(({ name }) => name !== lowest.name);
  return {
    width: WIDTH / 2,
    height: WIDTH / 2,
    data: { values },
    encoding: {
      x: {
        field: "conversations",
        type: "quantitative",
        // No number is written over the axis.
        scale: { type: "log", padding: 24 },
        axis: { values: [...new Set(values.map((at) => at.conversations))] },
        title: "conversations",
      },
      y: { field: "value", type: "quantitative", title },
      color: { field: "name", type: "nominal", sort: null, title: null },
    },
    layer: [
      { mark: { type: "line", point: true } },
      // The lowest line has its figures below, where no other's are.
      numbers(others ? `!(${isLowest})` : "true", -9),
      ...others ? [numbers(isLowest, 14)] : [],
    ],
  };
}

/** The figures of the points that are chosen, so far from them in pixels. */
function numbers(filter: string, dy: number): Layer {
  return {
    transform: [{ filter }],
    mark: { type: "text", dy },
    encoding: { text: { field: "label" } },
  };
}

/** Can be read on white and on black. */
export const INK = "#797f88";
const ALARM = "#d64545";

function figure(value: number): string {
  return value < 10 ? value.toFixed(2) : value.toFixed(0);
}
