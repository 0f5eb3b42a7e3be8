import type { Observer } from "../../lib/engine/observer.ts";

// #region observer
/** Says on standard error which tools took longer than a second. */
export const slowTools: Observer = (event, { sessionId, agent }) => {
  if (event.type !== "tool") return;
  const { name, status, durationMs = 0 } = event.report;
  if (durationMs < 1000) return;
  console.error(
    `${name} took ${durationMs} ms`,
    { status, sessionId, agent },
  );
};
// #endregion
