import type { FunctionComponent, VNode } from "preact";
import { internalsOf } from "./internals.ts";
import { renderPage } from "./render.ts";
import type { FreshConfig, LayoutConfig } from "./types.ts";
import {
  attachHandlers,
  isHandlers,
  upgradeRequest,
  type WebSocketHandlers,
  type WebSocketOptions,
} from "./upgrade.ts";

/** What a stream is made of. */
type Chunks =
  | Iterable<string | Uint8Array>
  | AsyncIterable<string | Uint8Array>;

/** One request on its way through the app. */
export class Context<State> {
  /** The request. */
  readonly req: Request;
  /** Its URL, slashes collapsed. */
  readonly url: URL;
  /** Parameters of the matched path. */
  readonly params: Record<string, string>;
  /** What middlewares hand on. */
  readonly state: State = {} as State;
  /** Setup of the app. */
  readonly config: FreshConfig;
  /** Details of the connection. */
  readonly info: Deno.ServeHandlerInfo;
  /** The matched pattern. */
  readonly route: string | null;
  /** Data for the component. */
  data: unknown = null;
  /** What was thrown, while an error page is made. */
  error: unknown = null;
  /** Whether only a part of the page was asked for; never here. */
  readonly isPartial: boolean = false;
  /** The content of a layout; empty outside of one. */
  readonly Component: FunctionComponent = () => null;

  /** Contexts are made by the app. */
  constructor(init: {
    req: Request;
    url: URL;
    params: Record<string, string>;
    config: FreshConfig;
    info: Deno.ServeHandlerInfo;
    route: string | null;
  }) {
    this.req = init.req;
    this.url = init.url;
    this.params = init.params;
    this.config = init.config;
    this.info = init.info;
    this.route = init.route;
  }

  /** Runs the next middleware or the handler. */
  next(): Promise<Response> {
    return internalsOf(this).next();
  }

  /**
   * Renders JSX inside the layouts and the app wrapper to an HTML response.
   *
   * @throws {TypeError} If given anything but JSX or `null`.
   */
  render(
    // deno-lint-ignore no-explicit-any
    vnode: VNode<any> | null,
    init: ResponseInit = {},
    config: LayoutConfig = {},
  ): Promise<Response> {
    return renderPage(this, vnode, init, config);
  }

  /** Redirects; doubled slashes in a path collapse, so it can't leave the host. */
  redirect(path: string, status = 302): Response {
    let location = path;
    if (/^[/\\]/.test(path)) {
      const [, pathname, rest] = /^([^?#]*)(.*)$/s.exec(path)!;
      // Browsers read a backslash as a slash, and tabs and line ends not at all.
      location = pathname!.replace(/[\t\r\n]/g, "").replace(/[/\\]+/g, "/") +
        rest;
    }
    return new Response(null, { status, headers: { location } });
  }

  /** A response of plain text. */
  text(body: string, init?: ResponseInit): Response {
    return new Response(body, init);
  }

  /** A response of HTML. */
  html(body: string, init: ResponseInit = {}): Response {
    const headers = new Headers(init.headers);
    headers.set("content-type", "text/html; charset=utf-8");
    return new Response(body, { ...init, headers });
  }

  /** A response of JSON. */
  // deno-lint-ignore no-explicit-any
  json(content: any, init?: ResponseInit): Response {
    return Response.json(content, init);
  }

  /** A response that sends text or bytes as they come. */
  stream(source: Chunks | (() => Chunks), init?: ResponseInit): Response {
    const chunks = typeof source === "function" ? source() : source;
    const encoder = new TextEncoder();
    const body = ReadableStream.from(chunks).pipeThrough(
      new TransformStream<string | Uint8Array, Uint8Array<ArrayBuffer>>({
        transform(chunk, controller) {
          controller.enqueue(
            typeof chunk === "string"
              ? encoder.encode(chunk)
              : new Uint8Array(chunk),
          );
        },
      }),
    );
    return new Response(body, init);
  }

  /**
   * Turns the request into a WebSocket: with handlers it returns the response,
   * without them the bare socket and the response.
   *
   * @throws {HttpError} 400 if the request asks for no WebSocket.
   */
  upgrade(handlers: WebSocketHandlers, options?: WebSocketOptions): Response;
  upgrade(
    options?: WebSocketOptions,
  ): { socket: WebSocket; response: Response };
  upgrade(
    first?: WebSocketHandlers | WebSocketOptions,
    options?: WebSocketOptions,
  ): Response | { socket: WebSocket; response: Response } {
    if (!isHandlers(first)) return upgradeRequest(this.req, first);
    const { socket, response } = upgradeRequest(this.req, options);
    attachHandlers(socket, first);
    return response;
  }
}
