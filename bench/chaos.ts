/**
 * Kills servers in the middle of many scripted conversations, starts them again,
 * and prints what was lost. Exit code 1 where anything was.
 *
 * ```sh
 * deno run -A bench/chaos.ts --conversations=200 --servers=2 --kills=10
 * ```
 */
import { parseArgs } from "node:util";
import { chaos } from "./support/chaos.ts";
import { printTable } from "./support/soak_table.ts";

const { values } = parseArgs({
  options: {
    conversations: { type: "string", default: "200" },
    servers: { type: "string", default: "1" },
    kills: { type: "string", default: "10" },
  },
});

const lines = await chaos({
  conversations: Number(values.conversations),
  servers: Number(values.servers),
  kills: Number(values.kills),
});
Deno.exit(printTable(lines) ? 0 : 1);
