import type { Row } from "./rows.ts";

/** What has been measured, and on what. */
export interface Report {
  machine: Machine;
  /** When it began, in ISO 8601. */
  date: string;
  /** What measures it again. */
  command: string;
  rows: Row[];
}

/** Figures of different machines can't be compared. */
export interface Machine {
  os: string;
  processor: string;
  cores: number;
  deno: string;
}

/** The machine that this runs on. */
export async function machineOf(): Promise<Machine> {
  return {
    os: `${Deno.build.os} ${Deno.build.arch}`,
    processor: await processorOf(),
    cores: navigator.hardwareConcurrency,
    deno: Deno.version.deno,
  };
}

async function processorOf(): Promise<string> {
  try {
    const text = await Deno.readTextFile("/proc/cpuinfo");
    return /^model name\s*:\s*(.+)$/m.exec(text)?.[1] ?? "unknown processor";
  } catch {
    // Only Linux has it there.
    return "unknown processor";
  }
}
