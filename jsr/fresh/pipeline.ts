import type { Context } from "./context.ts";
import { HttpError } from "./error.ts";
import { internalsOf, type Layout } from "./internals.ts";
import { covers } from "./scope.ts";
import type { Middleware, PageComponent } from "./types.ts";

/** Something that applies to a part of the tree of patterns. */
interface Scoped {
  scope: string[];
}

/** Everything that surrounds the handlers of an app. */
export interface Surroundings<State> {
  /** Middlewares with their place in the order of registration. */
  uses: (Scoped & { order: number; middleware: Middleware<State> })[];
  layouts: (Scoped & Layout)[];
  errors: (Scoped & { answer: Middleware<State> })[];
  notFound: Middleware<State> | undefined;
  appWrapper: PageComponent<unknown, unknown> | undefined;
}

/** Runs one request through everything that applies to its route. */
export type Pipeline<State> = (ctx: Context<State>) => Promise<Response>;

/** Runs middlewares in turn; `last` is what the last one's `next` runs. */
async function runAll<State>(
  middlewares: Middleware<State>[],
  ctx: Context<State>,
  last: () => Promise<Response>,
  at = 0,
): Promise<Response> {
  const middleware = middlewares[at];
  if (middleware === undefined) return await last();
  const internals = internalsOf(ctx);
  const outer = internals.next;
  internals.next = () => runAll(middlewares, ctx, last, at + 1);
  try {
    const response = await middleware(ctx);
    if (response instanceof Response) return response;
    throw new TypeError(
      `Expected a Response from the handlers of ${ctx.url.pathname}, got: ${response}`,
    );
  } finally {
    internals.next = outer;
  }
}

const byDepth = (a: Scoped, b: Scoped) => a.scope.length - b.scope.length;

/** Layouts of a place, cut where one asks to stand alone. */
function layoutsAt<State>(
  surroundings: Surroundings<State>,
  segments: string[],
): {
  layouts: Layout[];
  appWrapper: PageComponent<unknown, unknown> | undefined;
} {
  const all = surroundings.layouts
    .filter(({ scope }) => covers(scope, segments)).sort(byDepth);
  const from = all.findLastIndex(({ config }) => config.skipInheritedLayouts);
  const layouts = all.slice(Math.max(from, 0));
  const bare = layouts.some(({ config }) => config.skipAppWrapper);
  return { layouts, appWrapper: bare ? undefined : surroundings.appWrapper };
}

/**
 * Puts together the pipeline of a place in the tree.
 *
 * From the outside in, every level has its error handler and, inside of it, its
 * middlewares; so an error page does not pass the middlewares of its own level.
 */
export function makePipeline<State>(
  surroundings: Surroundings<State>,
  segments: string[],
  order: number,
  handlers: Middleware<State>[],
): Pipeline<State> {
  const { notFound } = surroundings;
  const place = layoutsAt(surroundings, segments);

  const tryNotFound = async (
    ctx: Context<State>,
    error: unknown,
  ): Promise<Response> => {
    const internals = internalsOf(ctx);
    const missing = error instanceof HttpError && error.status === 404;
    if (notFound === undefined || !missing || internals.triedNotFound) {
      throw error;
    }
    internals.triedNotFound = true;
    ctx.error = error;
    return await runAll([notFound], ctx, unanswered);
  };

  // A 404 of a matched route is answered inside of its middlewares, that of an
  // unknown path outside.
  let pipeline: Pipeline<State> = (ctx) =>
    runAll(handlers, ctx, unanswered).catch((error) => {
      if (ctx.route === null) throw error;
      return tryNotFound(ctx, error);
    });

  const scoped = <T extends Scoped>(items: T[]) =>
    items.filter(({ scope }) => covers(scope, segments));
  const uses = scoped(surroundings.uses).filter((use) => use.order < order);
  const errors = scoped(surroundings.errors);
  const depths = new Set([...uses, ...errors].map(({ scope }) => scope.length));

  for (const depth of [...depths].sort((a, b) => b - a)) {
    const middlewares = uses
      .filter(({ scope }) => scope.length === depth)
      .map(({ middleware }) => middleware);
    const handler = errors.findLast(({ scope }) => scope.length === depth);
    const inner = pipeline;
    const level: Pipeline<State> = (ctx) =>
      runAll(middlewares, ctx, () => inner(ctx));
    pipeline = handler === undefined ? level : (ctx) =>
      level(ctx)
        .catch((error) => tryNotFound(ctx, error))
        .catch((error) => {
          ctx.error = error;
          Object.assign(
            internalsOf(ctx),
            layoutsAt(surroundings, handler.scope),
          );
          return runAll([handler.answer], ctx, unanswered);
        });
  }

  return (ctx) => {
    Object.assign(internalsOf(ctx), place);
    return pipeline(ctx).catch((error) => tryNotFound(ctx, error));
  };
}

function unanswered(): Promise<Response> {
  return Promise.reject(new HttpError(404));
}
