import type {
  LayoutConfig,
  Middleware,
  PageComponent,
  Route,
  RouteConfig,
  RouteHandler,
} from "./types.ts";

/** What a module under `routes/` may export. */
export interface FileModule {
  default?: unknown;
  handler?: unknown;
  handlers?: unknown;
  config?: RouteConfig;
}

/** One file under `routes/`, read by the file conventions. */
export type FileRoute =
  & {
    /** Folders above the file, groups included. */
    scope: string[];
  }
  & (
    | { kind: "app"; component: PageComponent<unknown, unknown> }
    | {
      kind: "layout";
      component: PageComponent<unknown, unknown>;
      config: LayoutConfig;
    }
    | { kind: "middleware"; middlewares: Middleware<unknown>[] }
    | { kind: "error" | "notFound"; route: Route<unknown> }
    | {
      kind: "route";
      /** Name of the file without its extension. */
      name: string;
      pattern: string;
      route: Route<unknown> | (() => Promise<Route<unknown>>);
    }
  );

const PARAM = /\[(\w+)\]/g;

/** Path segments of a file under `routes/`, without its extension. */
function segmentsOf(file: string): string[] {
  return file.replace(/\.[jt]sx?$/, "").split("/");
}

/** The URL pattern of a file under `routes/`. */
export function patternOf(file: string): string {
  let pattern = "";
  for (const [i, segment] of segmentsOf(file).entries()) {
    const last = i === segmentsOf(file).length - 1;
    if (/^\(.+\)$/.test(segment) || (last && segment === "index")) continue;
    const optional = /^\[\[(\w+)\]\]$/.exec(segment);
    const rest = /^\[\.\.\.(\w+)\]$/.exec(segment);
    if (optional) {
      pattern += pattern === "" ? `/:${optional[1]}?` : `{/:${optional[1]}}?`;
    } else if (rest) pattern += `/:${rest[1]}*`;
    else pattern += "/" + segment.replace(PARAM, ":$1");
  }
  return pattern || "/";
}

/** Rank of a segment: the more it can match, the later it is tried. */
function rank(segment: string): number {
  if (segment.startsWith("[...")) return 3;
  if (segment.startsWith("[[")) return 2;
  return segment.includes("[") ? 1 : 0;
}

/** Orders files so that the more specific pattern is registered first. */
export function compareFiles(a: string, b: string): number {
  const left = segmentsOf(a);
  const right = segmentsOf(b);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const x = left[i]!, y = right[i]!;
    if (x === y) continue;
    return rank(x) - rank(y) || (x < y ? -1 : 1);
  }
  return left.length - right.length;
}

/** Whether a file lies in a folder like `(_components)`, which holds no routes. */
export function isIgnored(file: string): boolean {
  return /(^|\/)\(_[^/]*\)\//.test(file) || /[._]test\.[jt]sx?$/.test(file);
}

function toRoute(module: FileModule): Route<unknown> {
  return {
    component: module.default as PageComponent<unknown, unknown> | undefined,
    handler: (module.handlers ?? module.handler) as
      | RouteHandler<unknown, unknown>
      | undefined,
    config: module.config,
  };
}

function toMiddlewares(module: FileModule): Middleware<unknown>[] {
  const found = module.default ?? module.handlers ?? module.handler;
  if (found === undefined) return [];
  return (Array.isArray(found) ? found : [found]) as Middleware<unknown>[];
}

/** Whether a file is loaded with the server rather than with its first request. */
export function isEager(file: string, source: string): boolean {
  // The pattern must be known before the first request comes.
  return /^_(app|layout|middleware|error|404)$/.test(
    segmentsOf(file).at(-1)!,
  ) || /\brouteOverride\b/.test(source);
}

function readFile(
  file: string,
  module: FileModule | (() => Promise<FileModule>),
): FileRoute {
  const segments = segmentsOf(file);
  const scope = segments.slice(0, -1);
  const name = segments.at(-1)!;
  if (typeof module === "function") {
    const route = async () => toRoute(await module());
    return { kind: "route", scope, name, pattern: patternOf(file), route };
  }
  const component = module.default as PageComponent<unknown, unknown>;
  switch (name) {
    case "_app":
      return { kind: "app", scope, component };
    case "_layout":
      return { kind: "layout", scope, component, config: module.config ?? {} };
    case "_middleware":
      return { kind: "middleware", scope, middlewares: toMiddlewares(module) };
    case "_error":
      return { kind: "error", scope, route: toRoute(module) };
    case "_404":
      return { kind: "notFound", scope, route: toRoute(module) };
    default: {
      const pattern = module.config?.routeOverride ?? patternOf(file);
      return { kind: "route", scope, name, pattern, route: toRoute(module) };
    }
  }
}

/** Reads all files under `routes/`, conventions first, then routes in order. */
export function fileRoutes(
  modules: Record<string, FileModule | (() => Promise<FileModule>)>,
): FileRoute[] {
  const found = Object.keys(modules).sort(compareFiles)
    .map((file) => readFile(file, modules[file]!));
  return [
    ...found.filter((item) => item.kind !== "route"),
    ...found.filter((item) => item.kind === "route"),
  ];
}
