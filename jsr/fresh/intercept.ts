/**
 * Intercepts elements as they are created on the server: islands get comments
 * around them, scripts and styles a nonce, and the head is kept for later.
 *
 * Elements are created before it is known for which page, so their types are
 * swapped for components which look for the page when they are rendered.
 */
import {
  type ComponentType,
  createContext,
  Fragment,
  type FunctionComponent,
  h,
  options,
  type VNode,
} from "preact";
import { useContext } from "preact/hooks";
import { currentRender } from "./render_state.ts";
import { setBuildId } from "./runtime/asset.ts";
import { setHeadCollector } from "./runtime/head.ts";

type Props = Record<string, unknown>;

/** Stands in the output where the head belongs. */
export const HEAD_PLACEHOLDER = "<!--frsh:head-->";

const InsideIsland = createContext(false);
const wrappers = new Map<unknown, FunctionComponent<Props>>();
const originals = new Map<unknown, string>();
let creatingOriginal = false;

/** Creates an element that is not intercepted. */
export function original(
  type: string | ComponentType<Props>,
  props: Props,
): VNode {
  creatingOriginal = true;
  try {
    return h(type as ComponentType<Props>, props);
  } finally {
    creatingOriginal = false;
  }
}

// preact-render-to-string renders a fragment with this prop as a comment.
const comment = (text: string) =>
  h(Fragment as FunctionComponent<Props>, { UNSTABLE_comment: text });

/** The tag of an element, seen through the interception. */
export function tagOf({ type }: { type: unknown }): string | undefined {
  return typeof type === "string" ? type : originals.get(type);
}

function interceptTag(tag: string, component: FunctionComponent<Props>): void {
  wrappers.set(tag, component);
  originals.set(component, tag);
}

for (const tag of ["script", "style"]) {
  interceptTag(tag, (props) => {
    const nonce = currentRender()?.nonce;
    return original(tag, nonce === undefined ? props : { nonce, ...props });
  });
}

interceptTag("head", (props) => {
  const render = currentRender();
  if (render === undefined) return original("head", props);
  render.head = props;
  return comment("frsh:head");
});

/** Has a component rendered as an island wherever a page shows it. */
export function interceptIsland(island: unknown): void {
  if (wrappers.has(island)) return;
  wrappers.set(island, (props) => {
    const render = currentRender();
    const inner = original(island as FunctionComponent<Props>, props);
    const source = render?.build?.islands.get(island);
    // An island inside of another one is revived as a part of it.
    if (useContext(InsideIsland) || !render || !source) return inner;
    const index = render.islands.push({ source, props }) - 1;
    return h(Fragment, null, [
      comment(`island:${index}`),
      h(InsideIsland.Provider, { value: true, children: inner }),
      comment(`/island:${index}`),
    ]);
  });
}

const before = options.vnode;
options.vnode = (vnode) => {
  before?.(vnode);
  const wrapper = creatingOriginal ? undefined : wrappers.get(vnode.type);
  if (wrapper !== undefined) vnode.type = wrapper as ComponentType;
};

setHeadCollector((children) => currentRender()?.headChildren.push(children));
setBuildId(() => currentRender()?.build?.snapshot.buildId);
