import type { Middleware, PageComponent, RouteHandler } from "./types.ts";
import type { PageResponse } from "./page.ts";

type ResultData<Result> = Awaited<Result> extends infer R
  ? R extends PageResponse<infer Data> ? Data : never
  : never;

/** The data that a handler hands to its component. */
export type HandlerData<Handler> = Handler extends
  (...args: never[]) => infer Result ? ResultData<Result>
  : {
    [M in keyof Handler]: Handler[M] extends (...args: never[]) => infer Result
      ? ResultData<Result>
      : never;
  }[keyof Handler];

/** Identity functions that carry the type of the app's state. */
export interface Define<State> {
  /** Types the handlers of a route. */
  handlers<Handler extends RouteHandler<unknown, State>>(
    handlers: Handler,
  ): Handler;
  /** Types the component of a page: `define.page<typeof handler>(…)`. */
  page<Handler = never, Data = HandlerData<Handler>>(
    component: PageComponent<Data, State>,
  ): PageComponent<Data, State>;
  /** Types a layout or the app wrapper. */
  layout(
    component: PageComponent<unknown, State>,
  ): PageComponent<unknown, State>;
  /** Types a middleware or a list of them. */
  middleware<M extends Middleware<State> | Middleware<State>[]>(
    middleware: M,
  ): M;
}

/** Makes the typed helpers for an app whose state is `State`. */
export function createDefine<State>(): Define<State> {
  return {
    handlers: (handlers) => handlers,
    page: (component) => component,
    layout: (component) => component,
    middleware: (middleware) => middleware,
  };
}
