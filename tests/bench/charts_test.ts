import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { z } from "zod";
import { drawCharts } from "../../bench/charts.ts";

const MEASURED = {
  machine: { os: "linux", processor: "Slow CPU", cores: 2, deno: "2.9.6" },
  date: "2026-01-31T12:00:00.000Z",
  command: "deno task bench",
};

const CONNECT = {
  bench: "connect",
  what: "click to call connected",
  way: "server handshake",
  delayMs: 150,
  unit: "ms",
  samples: [231, 233, 232],
};

const ROWS = [
  CONNECT,
  { ...CONNECT, what: "click to first word", samples: [541] },
  {
    bench: "tool overhead",
    what: "call to output",
    way: "sideband",
    unit: "ms",
    samples: [0.25, 0.5, 4.75],
  },
  {
    bench: "voice to voice",
    what: "last voiced sample to first audible one",
    way: "with a tool",
    unit: "ms",
    samples: [611],
    limit: { of: "median", most: 700 },
  },
  {
    bench: "barge-in",
    what: "first voiced sample to silence",
    unit: "ms",
    samples: [77],
  },
  {
    bench: "sessions",
    what: "event loop lag of the server",
    conversations: 10,
    unit: "ms",
    samples: [1.5, 9.25],
  },
  {
    bench: "sessions",
    what: "CPU per conversation-minute",
    conversations: 1_000,
    unit: "ms",
    samples: [143],
  },
];

Deno.test("each chart shows its figures, and says what they were measured on", async () => {
  const charts = await drawCharts({ ...MEASURED, rows: ROWS });
  const shown: Record<string, string[]> = {
    connect: [
      "to the call standing",
      "to the first word",
      "server handshake",
      "provider 150 ms",
      "232 ms",
      "541 ms",
    ],
    tool_overhead: ["sideband: median 0.50, p99 4.75"],
    voice_to_voice: [
      "last voiced sample to first audible one",
      "with a tool",
      "611 ms",
    ],
    barge_in: ["first voiced sample to silence", "77 ms"],
    sessions: ["9.25", "143", "1,000"],
  };
  assertEquals(Object.keys(charts), Object.keys(shown));
  for (const [name, texts] of Object.entries(shown)) {
    const svg = charts[name]!;
    assertEquals(svg.startsWith("<svg"), true, name);
    for (
      const text of [
        ...texts,
        "Slow CPU, 2 cores, linux, Deno 2.9.6",
        "2026-01-31, deno task bench",
      ]
    ) {
      assertStringIncludes(textOf(svg), text, name);
    }
  }
});

Deno.test("a chart whose rows are missing, or hold nothing, is left out", async () => {
  const charts = await drawCharts({
    ...MEASURED,
    rows: [CONNECT, { ...ROWS[4], samples: [null] }],
  });
  const drawn = Object.keys(charts).filter((name) => charts[name]);
  assertEquals(drawn, ["connect"]);
});

Deno.test("what could not be measured does not change a chart", async () => {
  const rows = [{ ...CONNECT, samples: [null, ...CONNECT.samples, null] }];
  assertEquals(
    await drawCharts({ ...MEASURED, rows }),
    await drawCharts({ ...MEASURED, rows: [CONNECT] }),
  );
});

Deno.test("a file that no bench has written is refused, and the fault named", async () => {
  const fault = await assertRejects(
    () => drawCharts({ ...MEASURED, rows: [{ ...CONNECT, unit: 5 }] }),
    z.ZodError,
  );
  assertEquals(fault.issues.map(({ path }) => path), [["rows", 0, "unit"]]);
});

/** The words that are to be read in a drawing. */
function textOf(svg: string): string {
  return [...svg.matchAll(/<(?:text|tspan)[^>]*>([^<]+)</g)]
    .map(([, words]) => words).join("\n");
}
