import { assertEquals } from "@std/assert";
import { runAll } from "./pool.ts";
import { SURFACES } from "./surfaces.ts";

/** Another one each time; a failure names it. */
const seed = crypto.getRandomValues(new Int32Array(1))[0]!;

Deno.test("whatever strangers send is refused by a typed error or taken, and others are still answered", async (test) => {
  const jobs = SURFACES.map(({ name, short }) => ({
    surface: name,
    runs: short,
    seed,
  }));
  for (const { surface, inputs, failure } of await runAll(jobs, 2)) {
    await test.step(surface, () => {
      if (failure !== undefined) {
        const { kind, message, counterexample } = failure;
        throw new Error(
          `A ${kind} with seed ${seed} and input ${counterexample}: ${message}`,
        );
      }
      assertEquals(inputs, jobs.find((job) => job.surface === surface)!.runs);
    });
  }
});
