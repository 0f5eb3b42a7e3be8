import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { INK } from "./charts_specs.ts";

/**
 * A chart as SVG. It has no background, and its colours can be told on a light page
 * and on a dark one.
 *
 * @param caption Goes below it, a line each.
 */
export async function draw(
  spec: TopLevelSpec,
  caption: readonly string[],
): Promise<string> {
  const { title } = spec as { title: string };
  const compiled = compile({
    ...spec,
    description: title,
    title: {
      text: title,
      subtitle: [...caption],
      anchor: "start",
      orient: "bottom",
      offset: 16,
    },
    background: "transparent",
    padding: 12,
    config: CONFIG,
  });
  const view = new View(parse(compiled.spec), { renderer: "none" });
  try {
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}

const LETTERS = {
  labelColor: INK,
  titleColor: INK,
  labelFontSize: 12,
  titleFontSize: 12,
  titleFontWeight: "normal",
} as const;

const CONFIG: TopLevelSpec["config"] = {
  font: "system-ui, sans-serif",
  view: { stroke: null },
  axis: {
    ...LETTERS,
    domainColor: INK,
    tickColor: INK,
    gridColor: INK,
    gridOpacity: 0.25,
  },
  legend: LETTERS,
  header: LETTERS,
  title: {
    color: INK,
    fontSize: 15,
    subtitleColor: INK,
    subtitleFontSize: 11,
  },
  text: { color: INK, fontSize: 12 },
  range: { category: ["#3f83d8", "#d9822b", "#2fa37c", "#a86bd1"] },
};
