/// <reference lib="deno.worker" />
import { type Outcome, run } from "./surface.ts";
import { SURFACES } from "./surfaces.ts";

/** What the worker is told to do. */
export interface Job {
  surface: string;
  runs: number;
  seed: number;
}

/** What it tells: that an input is about to be put in, and at last the outcome. */
export type Progress =
  | { type: "input"; count: number }
  | { type: "outcome"; outcome: Outcome };

const tell = (progress: Progress) => self.postMessage(progress);

self.onmessage = async ({ data }: MessageEvent<Job>) => {
  const { surface, runs, seed } = data;
  const found = SURFACES.find(({ name }) => name === surface);
  if (found === undefined) throw new Error(`There is no surface '${surface}'`);
  const onInput = (count: number) => tell({ type: "input", count });
  const outcome = await run(found, { runs, seed, onInput });
  tell({ type: "outcome", outcome });
};
