import type { App } from "./app.ts";
import { Context } from "./context.ts";
import { defaultErrorResponse, HttpError } from "./error.ts";
import { keepInternals } from "./internals.ts";
import type { Handler } from "./listen.ts";
import type { Parts } from "./parts.ts";
import { makePipeline, type Pipeline } from "./pipeline.ts";
import { type Match, Router } from "./router.ts";
import { segmentsOf } from "./scope.ts";
import { buildOf } from "./snapshot.ts";
import type { FreshConfig } from "./types.ts";

/** Stands in where a handler is called without a connection, as in tests. */
const NO_CONNECTION: Deno.ServeHandlerInfo = {
  remoteAddr: { transport: "tcp", hostname: "localhost", port: 0 },
  completed: Promise.resolve(),
};

/** Builds the routing table of an app. */
function makeRouter<State>(parts: Parts<State>): Router<State> {
  const router = new Router<State>();
  for (const endpoint of parts.endpoints) {
    const { pattern, methods, segments, order, handlers } = endpoint;
    const pipeline = makePipeline(parts, segments, order, handlers);
    for (const method of methods) router.add(pattern, method, pipeline);
  }
  for (const { route, methods } of [...router.patterns()]) {
    if (methods.includes("ALL") || methods.includes("OPTIONS")) continue;
    const headers = { allow: methods.join(", ") };
    const answer = () => new Response(null, { status: 204, headers });
    const pipeline = makePipeline(parts, segmentsOf(route), Infinity, [answer]);
    router.add(route, "OPTIONS", pipeline);
  }
  return router;
}

/** The URL that the client meant. */
function urlOf(req: Request, config: FreshConfig): URL {
  const url = new URL(req.url);
  if (url.pathname.includes("//")) {
    url.pathname = url.pathname.replace(/\/{2,}/g, "/");
  }
  if (config.trustProxy) {
    const protocol = req.headers.get("x-forwarded-proto");
    const host = req.headers.get("x-forwarded-host");
    if (protocol !== null) url.protocol = protocol;
    if (host !== null) url.host = host;
  }
  return url;
}

/** The path below the base path, or undefined for one outside of it. */
export function pathBelow(
  basePath: string,
  pathname: string,
): string | undefined {
  if (!pathname.startsWith(basePath)) return undefined;
  const rest = pathname.slice(basePath.length);
  return rest === "" ? "/" : rest.startsWith("/") ? rest : undefined;
}

/** Makes the function that answers requests to an app. */
export function makeHandler<State>(
  app: App<State>,
  parts: Parts<State>,
): Handler {
  const { config } = app;
  const build = buildOf(app);
  const router = makeRouter(parts);
  const failing = (status: number): Pipeline<State> =>
    makePipeline(parts, [], Infinity, [() => {
      throw new HttpError(status);
    }]);
  const unknown = {
    "unknown path": failing(404),
    "unknown method": failing(405),
  };

  return async (req, info = NO_CONNECTION) => {
    const url = urlOf(req, config);
    const pathname = pathBelow(config.basePath, url.pathname);
    const match: Match<State> = pathname === undefined
      ? { kind: "unknown path" }
      : router.match(req.method, pathname);
    const [route, params, pipeline] = match.kind === "found"
      ? [match.route, match.params, match.pipeline]
      : [null, {}, unknown[match.kind]];

    const ctx = new Context<State>({ req, url, params, config, info, route });
    keepInternals(ctx, {
      build,
      layouts: [],
      appWrapper: undefined,
      defaultStatus: 200,
      wantsNonce: false,
      nonce: undefined,
      triedNotFound: false,
      next: () => Promise.reject(new HttpError(404)),
    });
    let response: Response;
    try {
      response = await pipeline(ctx);
    } catch (error) {
      response = defaultErrorResponse(error);
    }
    if (req.method !== "HEAD" || response.body === null) return response;
    await response.body.cancel();
    return new Response(null, response);
  };
}
