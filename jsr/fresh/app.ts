import { makeHandler } from "./dispatch.ts";
import { type Handler, listen, type ListenOptions } from "./listen.ts";
import {
  addEndpoint,
  addFile,
  addRoute,
  addUses,
  type Parts,
} from "./parts.ts";
import { answerError } from "./route.ts";
import { scopeOf, segmentsOf } from "./scope.ts";
import { buildOf } from "./snapshot.ts";
import type {
  FreshConfig,
  LayoutConfig,
  Middleware,
  PageComponent,
  Route,
  RouteConfig,
} from "./types.ts";
import type { WebSocketHandlers, WebSocketOptions } from "./upgrade.ts";

export type { ListenOptions };

type Step<State> = (parts: Parts<State>) => void;

/** An application: middlewares and routes, answered by one handler. */
export class App<State> {
  /** Setup of the app. */
  readonly config: FreshConfig;
  #steps: Step<State>[] = [];

  /** Creates an app without routes. */
  constructor(config: Partial<Omit<FreshConfig, "root">> = {}) {
    const { basePath = "", mode = "production", trustProxy = false } = config;
    this.config = { root: "", basePath, mode, trustProxy };
  }

  /** Adds middlewares to all later routes, or to those below a path. */
  use(...middlewares: Middleware<State>[]): this;
  use(path: string, ...middlewares: Middleware<State>[]): this;
  use(
    first: string | Middleware<State>,
    ...rest: Middleware<State>[]
  ): this {
    const [scope, middlewares] = typeof first === "string"
      ? [scopeOf(first), rest]
      : [[], [first, ...rest]];
    return this.#add((parts) => addUses(parts, scope, middlewares));
  }

  /** Answers GET, and HEAD where nothing else does. */
  get(path: string, ...handlers: Middleware<State>[]): this {
    return this.#on("GET", path, handlers);
  }

  /** Answers POST. */
  post(path: string, ...handlers: Middleware<State>[]): this {
    return this.#on("POST", path, handlers);
  }

  /** Answers PATCH. */
  patch(path: string, ...handlers: Middleware<State>[]): this {
    return this.#on("PATCH", path, handlers);
  }

  /** Answers PUT. */
  put(path: string, ...handlers: Middleware<State>[]): this {
    return this.#on("PUT", path, handlers);
  }

  /** Answers DELETE. */
  delete(path: string, ...handlers: Middleware<State>[]): this {
    return this.#on("DELETE", path, handlers);
  }

  /** Answers HEAD. */
  head(path: string, ...handlers: Middleware<State>[]): this {
    return this.#on("HEAD", path, handlers);
  }

  /** Answers every method. */
  all(path: string, ...handlers: Middleware<State>[]): this {
    return this.#on("ALL", path, handlers);
  }

  /** Answers WebSocket requests. */
  ws(
    path: string,
    handlers: WebSocketHandlers,
    options?: WebSocketOptions,
  ): this {
    return this.get(path, (ctx) => ctx.upgrade(handlers, options));
  }

  /** Adds a route, or what loads it on its first request. */
  route(
    path: string,
    route: Route<State> | (() => Promise<Route<State>>),
    config?: RouteConfig,
  ): this {
    const merged = config === undefined || typeof route === "function"
      ? route
      : { ...route, config: { ...route.config, ...config } };
    const pattern = config?.routeOverride ??
      (typeof route === "function" ? undefined : route.config?.routeOverride) ??
      path;
    return this.#add((parts) =>
      addRoute(parts, pattern, segmentsOf(pattern), merged)
    );
  }

  /** Puts a layout around the pages below a path. */
  layout(
    path: string,
    component: PageComponent<unknown, State>,
    config: LayoutConfig = {},
  ): this {
    return this.#add(({ layouts }) =>
      layouts.push({
        scope: scopeOf(path),
        component: component as PageComponent<unknown, unknown>,
        config,
      })
    );
  }

  /** Puts a component around everything: `<html>` and what it holds. */
  appWrapper(component: PageComponent<unknown, State>): this {
    return this.#add((parts) =>
      parts.appWrapper = component as PageComponent<unknown, unknown>
    );
  }

  /** Answers errors that are thrown below a path. */
  onError(path: string, page: Middleware<State> | Route<State>): this {
    return this.#add(({ errors }) =>
      errors.push({ scope: scopeOf(path), answer: answerError(page) })
    );
  }

  /** Answers unknown paths and other 404 errors. */
  notFound(page: Middleware<State> | Route<State>): this {
    return this.#add((parts) => parts.notFound = answerError(page));
  }

  /** Adds the files under `routes/`; `pattern` mounts them below a path. */
  fsRoutes(pattern = "*"): this {
    const mount = scopeOf(pattern.replace(/\/\*$/, "") || "*");
    return this.#add((parts) => {
      for (const item of buildOf(this)?.routes ?? []) {
        addFile(parts as Parts<never>, mount, item);
      }
    });
  }

  /** The function that answers requests. */
  handler(): Handler {
    const parts: Parts<State> = {
      uses: [],
      layouts: [],
      errors: [],
      notFound: undefined,
      appWrapper: undefined,
      endpoints: [],
      order: 0,
    };
    for (const step of this.#steps) {
      step(parts);
      parts.order++;
    }
    return makeHandler(this, parts);
  }

  /** Serves the app until the signal ends it. */
  listen(options?: ListenOptions): Promise<void> {
    return listen(this.handler(), options);
  }

  #add(step: Step<State>): this {
    this.#steps.push(step);
    return this;
  }

  #on(method: string, path: string, handlers: Middleware<State>[]): this {
    return this.#add((parts) =>
      addEndpoint(parts, path, segmentsOf(path), [method], handlers)
    );
  }
}
