import {
  type ComponentChildren,
  Fragment,
  type FunctionComponent,
  h,
  isValidElement,
  type VNode,
} from "preact";
import type { Context } from "./context.ts";
import { clientCode, renderDocument } from "./document.ts";
import { internalsOf } from "./internals.ts";
import type { RenderState } from "./render_state.ts";
import type {
  AnyData,
  LayoutConfig,
  PageComponent,
  PageProps,
  Rendered,
} from "./types.ts";

const Nothing: FunctionComponent = () => null;

function propsOf<State>(
  ctx: Context<State>,
  data: unknown,
  Component: FunctionComponent,
): PageProps<AnyData, State> {
  const { config, url, req, params, info, state, isPartial, error, route } =
    ctx;
  return {
    config,
    url,
    req,
    params,
    info,
    state,
    isPartial,
    Component,
    error,
    route,
    data,
  };
}

/** Runs a component if it is async; others are left to the renderer and its hooks. */
async function instantiate<State>(
  component: PageComponent<AnyData, State>,
  props: PageProps<AnyData, State>,
): Promise<Rendered> {
  return component.constructor.name === "AsyncFunction"
    ? await component(props)
    : h(component as FunctionComponent<typeof props>, props);
}

/** Renders the component of a page. */
export async function renderComponent<State>(
  ctx: Context<State>,
  component: PageComponent<AnyData, State>,
  init: ResponseInit,
  config: LayoutConfig,
): Promise<Response> {
  const content = await instantiate(component, propsOf(ctx, ctx.data, Nothing));
  if (content instanceof Response) return content;
  return await renderPage(ctx, h(Fragment, null, content), init, config);
}

/** Puts layouts and the app wrapper around a page, from the inside out. */
async function surround<State>(
  ctx: Context<State>,
  page: VNode | null,
  config: LayoutConfig,
): Promise<VNode | null | Response> {
  const { layouts, appWrapper } = internalsOf(ctx);
  const components = config.skipInheritedLayouts
    ? []
    : layouts.map(({ component }) => component);
  if (appWrapper !== undefined && !config.skipAppWrapper) {
    components.unshift(appWrapper);
  }
  let content: ComponentChildren = page;
  for (const component of components.reverse()) {
    const inner: ComponentChildren = content;
    const Component = () => h(Fragment, null, inner);
    const outer: Rendered = await instantiate(
      component,
      propsOf(ctx, null, Component),
    );
    if (outer instanceof Response) return outer;
    content = outer;
  }
  return content === page ? page : h(Fragment, null, content);
}

/** Renders a page inside of its surroundings to a response. */
export async function renderPage<State>(
  ctx: Context<State>,
  vnode: VNode | null,
  init: ResponseInit,
  config: LayoutConfig,
): Promise<Response> {
  if (vnode !== null && !isValidElement(vnode)) {
    throw new TypeError(`Expected JSX or null to render, got: ${typeof vnode}`);
  }
  const content = await surround(ctx, vnode, config);
  if (content instanceof Response) return content;

  const internals = internalsOf(ctx);
  if (internals.wantsNonce) {
    internals.nonce ??= crypto.randomUUID().replaceAll("-", "");
  }
  const state: RenderState = {
    build: internals.build,
    islands: [],
    headChildren: [],
    head: undefined,
    nonce: internals.nonce,
  };
  const { basePath } = ctx.config;
  const html = renderDocument(content, state, basePath);

  const headers = new Headers(init.headers);
  if (!headers.has("content-type")) {
    headers.set("content-type", "text/html; charset=utf-8");
  }
  for (const path of clientCode(state)) {
    headers.append(
      "link",
      `<${basePath + path}>; rel="modulepreload"; as="script"`,
    );
  }
  const status = init.status ?? internals.defaultStatus;
  return new Response(html, { ...init, status, headers });
}
