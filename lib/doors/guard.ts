import type { Context } from "fresh";
import type { State } from "../define.ts";
import { LOCAL_BASE } from "../local/provider.ts";
import { clientAt } from "./addresses.ts";
import { isForeign } from "./origins.ts";
import { isRebound } from "./rebinding.ts";
import { SIGN_IN, signInPath } from "./sign_in_path.ts";

/** What strangers may see; the status tells them no more than that it is well. */
const OPEN = new Set([SIGN_IN, "/sign-out", "/api/status"]);

/** Paths that programs ask for: they can't read a sign-in page. */
const FOR_PROGRAMS = /^\/(?:api|session)(?:\/|$)/;

/**
 * The middleware that keeps other sites' pages and strangers out. What comes
 * behind it finds the caller in the state, and the identity of who is none.
 */
export async function guard(ctx: Context<State>): Promise<Response> {
  const { req, state } = ctx;
  const { config, doors } = state.services;
  const path = ctx.url.pathname.replace(/(?<=.)\/$/, "");
  const caller = doors.callerOf(req, ctx.info);
  state.caller = caller;
  // The embedded peer has a door of its own.
  if (path.startsWith(`${LOCAL_BASE}/`)) return await ctx.next();

  if (isRebound(caller, config, doors.asksForToken)) {
    const name = caller.origin.slice(0, 100);
    doors.refused(clientAt(caller.address), "foreign_name", { name });
    return ctx.json({
      error:
        `This server does not go by the name '${name}': open it as http://localhost:${config.port}, or name '${name}' in ALLOWED_ORIGINS if it is yours`,
    }, { status: 403 });
  }

  if (isForeign(req, caller.origin, config.allowedOrigins)) {
    const origin = req.headers.get("origin")!.slice(0, 100);
    doors.refused(clientAt(caller.address), "foreign_origin", { origin });
    return ctx.json({
      error:
        `Requests from other sites are refused, and '${origin}' is none of this server's own: name it in ALLOWED_ORIGINS, or the proxy in TRUSTED_PROXIES`,
    }, { status: 403 });
  }

  const recognition = await doors.recognise(req, caller);
  switch (recognition.kind) {
    case "known":
      state.identity = recognition.identity;
      return await ctx.next();
    case "guessing":
      return ctx.json({
        error:
          `Too many wrong access tokens: try again in ${recognition.seconds} seconds`,
      }, {
        status: 429,
        headers: { "retry-after": String(recognition.seconds) },
      });
    case "stranger":
      if (OPEN.has(path)) return await ctx.next();
      if (doors.asksForToken && isForPerson(req, path)) {
        // What was asked for by a form can't be gone back to.
        const wanted = req.method === "GET" ? path + ctx.url.search : "/";
        return ctx.redirect(signInPath(wanted), 303);
      }
      doors.refused(clientAt(caller.address), "not_signed_in", {
        path: path.slice(0, 100),
      });
      return ctx.json({
        error: doors.asksForToken
          ? `The access token is missing or wrong: sign in at ${SIGN_IN}, or send it as 'Authorization: Bearer TOKEN'`
          : "This server does not know who you are: sign in first",
      }, { status: 401, headers: { "www-authenticate": "Bearer" } });
  }
}

/** Whether a person waits for the answer, and not a program. */
function isForPerson({ method, headers }: Request, path: string): boolean {
  if (FOR_PROGRAMS.test(path)) return false;
  const wantsPage = headers.get("accept")?.includes("text/html") ?? false;
  // The home page is JSON for programs.
  return wantsPage || (method === "GET" && path !== "/");
}
