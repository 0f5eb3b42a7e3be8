/**
 * Puts hostile input into every place where strangers' input comes in, and prints
 * what became of it. `deno task fuzz [--runs=100000] [--seed=N] [--surface=NAME]`
 *
 * The same seed gives the same inputs. Ends with code 1 where one of them crashed
 * something, or was not done with in time.
 */
import { parseArgs } from "node:util";
import { runAll } from "../tests/fuzz/pool.ts";
import type { Outcome } from "../tests/fuzz/surface.ts";
import { SURFACES } from "../tests/fuzz/surfaces.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    runs: { type: "string", default: "100000" },
    seed: { type: "string" },
    surface: { type: "string" },
  },
});
const seed = values.seed === undefined
  ? crypto.getRandomValues(new Int32Array(1))[0]!
  : wholeNumber("seed", values.seed);
const runs = wholeNumber("runs", values.runs);
const chosen = SURFACES.filter(({ name }) =>
  values.surface === undefined || name === values.surface
);
if (chosen.length === 0) {
  console.error(
    `There is no surface '${values.surface}'. The surfaces are: ${
      SURFACES.map(({ name }) => name).join("; ")
    }.`,
  );
  Deno.exit(2);
}

console.log(
  `Seed ${seed}; ${Deno.build.os} ${Deno.build.arch}, ${navigator.hardwareConcurrency} cores, Deno ${Deno.version.deno}\n`,
);
const began = performance.now();
const outcomes = await runAll(
  chosen.map(({ name, share }) => ({
    surface: name,
    runs: values.surface === undefined ? Math.ceil(runs * share / 100) : runs,
    seed,
  })),
  navigator.hardwareConcurrency,
  ({ surface, seconds }) =>
    console.error(`${surface}: ${seconds.toFixed(0)} s`),
);
report(outcomes, (performance.now() - began) / 1000);
Deno.exit(outcomes.some(({ failure }) => failure !== undefined) ? 1 : 0);

function report(outcomes: readonly Outcome[], seconds: number): void {
  console.log(
    "| surface | inputs | accepted | typed errors | hangs | crashes | seconds |",
  );
  console.log("| --- | ---: | ---: | --- | ---: | ---: | ---: |");
  for (const outcome of outcomes) console.log(row(outcome));
  const sum = (of: (outcome: Outcome) => number) =>
    outcomes.reduce((all, outcome) => all + of(outcome), 0);
  console.log(row({
    surface: "all",
    inputs: sum(({ inputs }) => inputs),
    accepted: sum(({ accepted }) => accepted),
    errors: {
      all: sum(({ errors }) =>
        Object.values(errors).reduce((all, one) => all + one, 0)
      ),
    },
    seconds,
  }, outcomes));
  for (const { surface, failure } of outcomes) {
    if (failure === undefined) continue;
    const { kind, message, counterexample } = failure;
    console.log(
      `\nA ${kind} at ${surface}, with seed ${seed} and input\n${counterexample}\n${message}`,
    );
  }
}

/** A line of the table. An input may be several messages, each with its own end. */
function row(
  { surface, inputs, accepted, errors, seconds, failure }: Outcome,
  outcomes: readonly Pick<Outcome, "failure">[] = [{ failure }],
): string {
  const typed = Object.entries(errors).toSorted(([, a], [, b]) => b - a)
    .map(([code, count]) => `${code} ${count}`).join(", ");
  const [hangs, crashes] = ["hang", "crash"].map((kind) =>
    outcomes.filter(({ failure }) => failure?.kind === kind).length
  );
  return `| ${surface} | ${inputs} | ${accepted} | ${typed} | ${hangs} | ${crashes} | ${
    seconds.toFixed(0)
  } |`;
}

function wholeNumber(name: string, text: string): number {
  if (/^-?\d+$/.test(text)) return Number(text);
  console.error(`--${name}=${text} is no whole number`);
  Deno.exit(2);
}
