import type { Pipeline } from "./pipeline.ts";
import { segmentsOf } from "./scope.ts";

/** The pipelines of a pattern by method; `ALL` answers every one. */
type Methods<State> = Map<string, Pipeline<State>>;

interface Pattern<State> {
  route: string;
  methods: Methods<State>;
  matcher: URLPattern | undefined;
}

/** What the router found for a request. */
export type Match<State> =
  | {
    kind: "found";
    route: string;
    params: Record<string, string>;
    pipeline: Pipeline<State>;
  }
  | { kind: "unknown path" | "unknown method" };

const DYNAMIC = /[:*?+{}()\\]/;

/** The form under which static paths are kept: without a trailing slash. */
const staticKey = (path: string) => "/" + segmentsOf(path).join("/");

/** Finds pipelines: static patterns first, then dynamic ones in order. */
export class Router<State> {
  #static = new Map<string, Pattern<State>>();
  #dynamic = new Map<string, Pattern<State>>();

  /** Adds a pipeline; where there already is one, the first stays. */
  add(pattern: string, method: string, pipeline: Pipeline<State>): void {
    const dynamic = DYNAMIC.test(pattern);
    const table = dynamic ? this.#dynamic : this.#static;
    const key = dynamic ? pattern : staticKey(pattern);
    let entry = table.get(key);
    if (entry === undefined) {
      const matcher = dynamic
        ? new URLPattern({ pathname: pattern })
        : undefined;
      entry = { route: pattern, methods: new Map(), matcher };
      table.set(key, entry);
    }
    if (!entry.methods.has(method)) entry.methods.set(method, pipeline);
  }

  /** The patterns and the methods that each answers. */
  *patterns(): Iterable<{ route: string; methods: string[] }> {
    for (const table of [this.#static, this.#dynamic]) {
      for (const { route, methods } of table.values()) {
        yield { route, methods: [...methods.keys()] };
      }
    }
  }

  /** Finds what answers a request. */
  match(method: string, pathname: string): Match<State> {
    let kind: "unknown path" | "unknown method" = "unknown path";
    for (const { pattern, params } of this.#candidates(pathname)) {
      const { methods, route } = pattern;
      const pipeline = methods.get(method) ?? methods.get("ALL") ??
        (method === "HEAD" ? methods.get("GET") : undefined);
      if (pipeline) return { kind: "found", route, params, pipeline };
      kind = "unknown method";
    }
    return { kind };
  }

  *#candidates(
    pathname: string,
  ): Iterable<{ pattern: Pattern<State>; params: Record<string, string> }> {
    const exact = this.#static.get(staticKey(pathname));
    if (exact) yield { pattern: exact, params: {} };
    for (const pattern of this.#dynamic.values()) {
      const groups = pattern.matcher?.exec({ pathname })?.pathname.groups;
      if (groups) yield { pattern, params: decodeParams(groups) };
    }
  }
}

function decodeParams(
  groups: Record<string, string | undefined>,
): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(groups)) {
    if (value === undefined) continue;
    try {
      params[name] = decodeURI(value);
    } catch {
      // Not valid percent-encoding: hand it on as it came.
      params[name] = value;
    }
  }
  return params;
}
