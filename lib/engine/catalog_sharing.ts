/**
 * Lets callers share one run of `work`. Calls that come at once share a run;
 * one that comes while a run is going on waits for the next, so that each gets
 * a result that was begun after its call.
 */
export function shareRuns<Result>(
  work: () => Promise<Result>,
): () => Promise<Result> {
  let going: Promise<unknown> = Promise.resolve();
  let next: Promise<Result> | undefined;
  return () => {
    if (next !== undefined) return next;
    const run = next = going.then(() => {
      next = undefined;
      return work();
    });
    going = run.catch(() => {});
    return run;
  };
}
