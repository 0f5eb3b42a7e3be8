import type { FileRoute } from "./files.ts";
import type { Surroundings } from "./pipeline.ts";
import { answerError, answerLazily, answerWith, methodsOf } from "./route.ts";
import type { Middleware, Route } from "./types.ts";

/** Handlers of a pattern. */
interface Endpoint<State> {
  pattern: string;
  methods: string[];
  /** Place in the tree, which differs from the pattern inside of groups. */
  segments: string[];
  /** Place in the order of registration. */
  order: number;
  handlers: Middleware<State>[];
}

/** What an app is made of, collected in the order of registration. */
export interface Parts<State> extends Surroundings<State> {
  endpoints: Endpoint<State>[];
  /** How many registrations there were so far. */
  order: number;
}

/** Adds middlewares to what is registered later in a scope. */
export function addUses<State>(
  parts: Parts<State>,
  scope: string[],
  middlewares: Middleware<State>[],
): void {
  const { order } = parts;
  parts.uses.push(
    ...middlewares.map((middleware) => ({ scope, order, middleware })),
  );
  parts.order++;
}

/** Adds handlers for methods of a pattern. */
export function addEndpoint<State>(
  parts: Parts<State>,
  pattern: string,
  segments: string[],
  methods: string[],
  handlers: Middleware<State>[],
): void {
  const { order } = parts;
  parts.endpoints.push({ pattern, methods, segments, order, handlers });
  parts.order++;
}

/** Adds a route, or what loads it. */
export function addRoute<State>(
  parts: Parts<State>,
  pattern: string,
  segments: string[],
  route: Route<State> | (() => Promise<Route<State>>),
): void {
  const [methods, answer] = typeof route === "function"
    ? [["ALL"], answerLazily(route)]
    : [methodsOf(route), answerWith(route)];
  addEndpoint(parts, pattern, segments, methods, [answer]);
}

/** Adds a file of `routes/` below the path where the files are mounted. */
export function addFile(
  parts: Parts<never>,
  mount: string[],
  file: FileRoute,
): void {
  const scope = [...mount, ...file.scope];
  switch (file.kind) {
    case "app":
      parts.appWrapper = file.component;
      break;
    case "layout":
      parts.layouts.push({ ...file, scope });
      break;
    case "middleware":
      addUses(parts, scope, file.middlewares);
      break;
    case "error":
      parts.errors.push({ scope, answer: answerError(file.route) });
      break;
    case "notFound":
      parts.notFound = answerError(file.route);
      break;
    case "route": {
      const prefix = mount.map((segment) => "/" + segment).join("");
      const pattern = prefix + file.pattern;
      // The file's own name only has to lie below its folder.
      addRoute(parts, pattern, [...scope, file.name], file.route);
    }
  }
}
