import config from "../deno.json" with { type: "json" };

/** Parley's version, from `deno.json`. */
export const VERSION: string = config.version;
