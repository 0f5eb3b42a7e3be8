/**
 * Preloaded into a server, tells on its standard output each second how late its
 * event loop is: `deno run --preload=bench/support/lag_probe.ts …`
 */
import { LagLog } from "./lag.ts";
import { LAG_MARK } from "./lag_lines.ts";

const TELL_MS = 1_000;

const log = new LagLog();
// What keeps it alive is the server alone.
Deno.unrefTimer(setInterval(() => {
  const lags = log.take().map((lag) => lag.toFixed(2));
  console.log(`${LAG_MARK}${lags.join(" ")}`);
}, TELL_MS));
