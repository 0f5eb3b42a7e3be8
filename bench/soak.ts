/**
 * Holds many scripted conversations at once with one server, then more that are
 * open and idle with another, and prints one table. Exit code 1 where a limit is
 * not kept.
 *
 * ```sh
 * deno run -A bench/soak.ts --conversations=500 --minutes=5 --idle=1000
 * ```
 */
import { parseArgs } from "node:util";
import { soakIdle } from "./support/soak_idle.ts";
import { printTable } from "./support/soak_table.ts";
import { soakTalk } from "./support/soak_talk.ts";

const { values } = parseArgs({
  options: {
    conversations: { type: "string", default: "500" },
    minutes: { type: "string", default: "5" },
    idle: { type: "string", default: "1000" },
  },
});

const lines = [
  ...await soakTalk(Number(values.conversations), Number(values.minutes)),
  ...await soakIdle(Number(values.idle)),
];
Deno.exit(printTable(lines) ? 0 : 1);
