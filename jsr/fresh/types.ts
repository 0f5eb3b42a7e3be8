import type { ComponentChildren, FunctionComponent } from "preact";
import type { Context } from "./context.ts";
import type { PageResponse } from "./page.ts";

/** Methods that a route can answer by name. */
export type Method =
  | "GET"
  | "POST"
  | "PATCH"
  | "PUT"
  | "DELETE"
  | "HEAD"
  | "OPTIONS";

/** How an app is set up. */
export interface FreshConfig {
  /** Folder of the project. */
  root: string;
  /** Path under which the whole app lives, for example `/docs`. */
  basePath: string;
  /** Development turns off caching and minifying. */
  mode: "development" | "production";
  /** Take protocol and host from `X-Forwarded-Proto` and `X-Forwarded-Host`. */
  trustProxy: boolean;
}

/** Answers a request, or passes it on with `ctx.next()`. */
export type Middleware<State> = (
  ctx: Context<State>,
) => Response | Promise<Response>;

/** Answers a route with a response, or with data for its component. */
export type HandlerFn<Data, State> = (
  ctx: Context<State>,
) =>
  | Response
  | PageResponse<Data>
  | Promise<Response | PageResponse<Data>>;

/** Handlers of a route, one a method. */
export type HandlerByMethod<Data, State> = {
  [M in Method]?: HandlerFn<Data, State>;
};

/** Handler of a route: one function for all methods or one a method. */
export type RouteHandler<Data, State> =
  | HandlerFn<Data, State>
  | HandlerByMethod<Data, State>;

/** What components of pages, layouts and the app wrapper get. */
export interface PageProps<Data = unknown, State = unknown> {
  /** Setup of the app. */
  config: FreshConfig;
  /** URL of the request. */
  url: URL;
  /** The request. */
  req: Request;
  /** Parameters of the matched path. */
  params: Record<string, string>;
  /** Details of the connection. */
  info: Deno.ServeHandlerInfo;
  /** What middlewares handed on. */
  state: State;
  /** Whether only a part of the page was asked for; never here. */
  isPartial: boolean;
  /** The content, in layouts and in the app wrapper. */
  Component: FunctionComponent;
  /** What was thrown, on error pages. */
  error: unknown;
  /** The matched pattern. */
  route: string | null;
  /** Data of the handler: `{}` without one, `null` in layouts. */
  data: Data;
}

/** What a component may give back; async ones may also answer by themselves. */
export type Rendered = ComponentChildren | Response;

/** A component of a page, a layout or the app wrapper. */
export type PageComponent<Data, State> = (
  props: PageProps<Data, State>,
) => Rendered | Promise<Rendered>;

/** Which of the surrounding components to leave out. */
export interface LayoutConfig {
  /** Render without the layouts of the folders above. */
  skipInheritedLayouts?: boolean;
  /** Render without the app wrapper. */
  skipAppWrapper?: boolean;
}

/** Settings of a route. */
export interface RouteConfig extends LayoutConfig {
  /** Pattern that takes the place of the one made from the file's path. */
  routeOverride?: string;
}

// The data's type is the route author's; the framework only carries it.
// deno-lint-ignore no-explicit-any
export type AnyData = any;

/** A route: a component, a handler or both. */
export interface Route<State> {
  /** Renders the page. */
  component?: PageComponent<AnyData, State>;
  /** Answers the request. */
  handler?: RouteHandler<unknown, State>;
  /** Settings. */
  config?: RouteConfig;
}
