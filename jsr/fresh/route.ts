import type { Context } from "./context.ts";
import { HttpError, statusOf } from "./error.ts";
import { internalsOf } from "./internals.ts";
import { page, PageResponse } from "./page.ts";
import { renderComponent } from "./render.ts";
import type { HandlerFn, Method, Middleware, Route } from "./types.ts";

type Handler<State> = HandlerFn<unknown, State>;

/** The handler that a route has for a method. */
function pick<State>(
  route: Route<State>,
  method: string,
): Handler<State> | undefined {
  const { handler } = route;
  return typeof handler === "function" ? handler : handler?.[method as Method];
}

async function run<State>(
  route: Route<State>,
  handler: Handler<State> | undefined,
  ctx: Context<State>,
): Promise<Response> {
  const result = handler === undefined ? page({}) : await handler(ctx);
  if (!(result instanceof PageResponse)) return result;
  if (route.component === undefined) {
    throw new Error(
      `Route ${ctx.route} has no component: return a response or add one`,
    );
  }
  const { data, status, headers } = result;
  ctx.data = data;
  const init = { status, headers };
  return renderComponent(ctx, route.component, init, route.config ?? {});
}

/** Methods that a route answers; `ALL` stands for every one. */
export function methodsOf<State>(route: Route<State>): string[] {
  const { handler, component } = route;
  if (handler === undefined || typeof handler === "function") return ["ALL"];
  const methods = Object.keys(handler);
  if (component !== undefined && !methods.includes("GET")) methods.push("GET");
  return methods;
}

/** Answers with a route whose methods the router has already checked. */
export function answerWith<State>(route: Route<State>): Middleware<State> {
  return (ctx) => {
    const { method } = ctx.req;
    const handler = pick(route, method) ??
      (method === "HEAD" ? pick(route, "GET") : undefined);
    return run(route, handler, ctx);
  };
}

/** Answers with a route that is loaded on its first request. */
export function answerLazily<State>(
  load: () => Promise<Route<State>>,
): Middleware<State> {
  let loading: Promise<Route<State>> | undefined;
  return async (ctx) => {
    loading ??= load();
    const route = await loading.catch((error) => {
      loading = undefined;
      throw error;
    });
    const methods = methodsOf(route);
    const { method } = ctx.req;
    const known = methods.includes("ALL") || methods.includes(method) ||
      (method === "HEAD" && methods.includes("GET"));
    // The router took every method, so a missing one is a missing page.
    if (!known) throw new HttpError(404);
    return await answerWith(route)(ctx);
  };
}

/** Answers with an error page. */
export function answerError<State>(
  page: Middleware<State> | Route<State>,
): Middleware<State> {
  const route = typeof page === "function" ? { handler: page } : page;
  return (ctx) => {
    internalsOf(ctx).defaultStatus = statusOf(ctx.error);
    // The page shows whatever the failed request's method was.
    const handler = pick(route, ctx.req.method) ?? pick(route, "GET");
    return run(route, handler, ctx);
  };
}
