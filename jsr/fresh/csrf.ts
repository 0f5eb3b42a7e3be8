import { HttpError } from "./error.ts";
import type { Middleware } from "./types.ts";

/** Options of {@linkcode csrf}. */
export interface CsrfOptions {
  /** Origins to allow besides none: one, several, or a test. Default: the app's own. */
  origin?: string | string[] | ((origin: string) => boolean);
}

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/** Refuses writes that other sites' pages send, with 403. */
export function csrf<State>(options: CsrfOptions = {}): Middleware<State> {
  const { origin } = options;
  const allowed = (given: string, own: string): boolean => {
    if (origin === undefined) return given === own;
    if (typeof origin === "function") return origin(given);
    return Array.isArray(origin) ? origin.includes(given) : origin === given;
  };

  return (ctx) => {
    if (SAFE.has(ctx.req.method)) return ctx.next();
    const site = ctx.req.headers.get("sec-fetch-site");
    const given = ctx.req.headers.get("origin");
    const passes = site === null
      ? given === null || allowed(given, ctx.url.origin)
      : site === "same-origin" || site === "none" ||
        (given !== null && allowed(given, ctx.url.origin));
    if (!passes) throw new HttpError(403);
    return ctx.next();
  };
}
