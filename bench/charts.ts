/**
 * Draws what a bench has measured, into `docs/charts/`:
 *
 * ```sh
 * deno run -A bench/charts.ts bench.json
 * ```
 */
import { z } from "zod";
import { draw } from "./charts_draw.ts";
import { CHARTS } from "./charts_specs.ts";
import type { Report } from "./report.ts";

const FOLDER = new URL("../docs/charts/", import.meta.url);

/** The JSON of a {@link Report}, where what could not be measured is null. */
const reportForm = z.object({
  machine: z.object({
    os: z.string(),
    processor: z.string(),
    cores: z.number(),
    deno: z.string(),
  }),
  date: z.string(),
  command: z.string(),
  rows: z.array(z.object({
    bench: z.string(),
    what: z.string(),
    way: z.string().optional(),
    delayMs: z.number().optional(),
    conversations: z.number().optional(),
    unit: z.string(),
    samples: z.array(z.number().nullable())
      .transform((samples) => samples.filter((sample) => sample !== null)),
    limit: z.object({
      of: z.enum(["median", "p95", "p99"]),
      most: z.number(),
    }).optional(),
  })),
}) satisfies z.ZodType<Report>;

/**
 * Draws each chart that a bench has rows for.
 *
 * @param report What is in its JSON.
 * @returns SVG by the chart's name; undefined where there are no rows for it.
 * @throws {z.ZodError} where it is not what a bench writes.
 */
export async function drawCharts(
  report: unknown,
): Promise<Record<string, string | undefined>> {
  const { machine, date, command, rows } = reportForm.parse(report);
  const { processor, cores, os, deno } = machine;
  const caption = [
    `${processor}, ${cores} cores, ${os}, Deno ${deno}`,
    `${date.slice(0, "2000-01-01".length)}, ${command}`,
  ];
  const charts: Record<string, string | undefined> = {};
  for (const { name, spec } of CHARTS) {
    const chart = spec(rows);
    charts[name] = chart && await draw(chart, caption);
  }
  return charts;
}

async function main([file]: string[]): Promise<void> {
  if (file === undefined) {
    console.error("Name the JSON of a bench: charts.ts bench.json");
    Deno.exit(1);
  }
  let charts;
  try {
    charts = await drawCharts(JSON.parse(await Deno.readTextFile(file)));
  } catch (error) {
    const fault = error instanceof z.ZodError
      ? z.prettifyError(error)
      : (error as Error).message;
    console.error(`${file} can't be drawn: ${fault}`);
    Deno.exit(1);
  }
  await Deno.mkdir(FOLDER, { recursive: true });
  for (const [name, svg] of Object.entries(charts)) {
    if (svg === undefined) {
      console.error(`No rows for ${name}: it is left out`);
      continue;
    }
    await Deno.writeTextFile(new URL(`${name}.svg`, FOLDER), svg);
    console.log(`docs/charts/${name}.svg`);
  }
}

if (import.meta.main) await main(Deno.args);
