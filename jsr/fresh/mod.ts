/**
 * The server side of the Fresh API: {@linkcode App}, its context, its
 * middlewares and the helpers that carry types.
 *
 * @module
 */
export { App, type ListenOptions } from "./app.ts";
export { Context } from "./context.ts";
export { csp, type CspOptions } from "./csp.ts";
export { csrf, type CsrfOptions } from "./csrf.ts";
export { createDefine, type Define } from "./define.ts";
export { HttpError } from "./error.ts";
export { page, type PageResponse } from "./page.ts";
export { staticFiles } from "./static_files.ts";
export type {
  FreshConfig,
  HandlerByMethod,
  HandlerFn,
  LayoutConfig,
  Method,
  Middleware,
  PageProps,
  Route,
  RouteConfig,
  RouteHandler,
} from "./types.ts";
export type { WebSocketHandlers, WebSocketOptions } from "./upgrade.ts";
