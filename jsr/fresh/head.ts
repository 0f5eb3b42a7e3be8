import {
  type ComponentChild,
  type ComponentChildren,
  Fragment,
  toChildArray,
  type VNode,
} from "preact";
import { tagOf } from "./intercept.ts";

type Element = VNode<Record<string, unknown>>;

/** All elements among children, those inside of fragments included. */
function flatten(children: ComponentChildren): ComponentChild[] {
  return toChildArray(children).flatMap((child) =>
    typeof child === "object" && child.type === Fragment
      ? flatten(child.props.children)
      : [child]
  );
}

/** What makes two elements of a head the same; undefined if nothing does. */
function identity(child: ComponentChild): string | undefined {
  const tag = typeof child === "object" && child !== null
    ? tagOf(child as Element)
    : undefined;
  if (tag === undefined) return undefined;
  if (tag === "title") return tag;
  const { key, props } = child as Element;
  // toChildArray keeps the author's keys.
  if (key !== null && key !== undefined) return `${tag}#${key}`;
  const ignored = tag === "meta" ? "content" : tag === "link" ? "href" : "";
  const attributes = Object.entries(props)
    .filter(([name]) => name !== ignored && name !== "children")
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return [tag, ...attributes.sort()].join(" ");
}

/** Merges what `<Head>` collected into the document's own head. */
export function mergeHead(
  own: ComponentChildren,
  collected: ComponentChildren[],
): ComponentChild[] {
  const merged = flatten(own);
  const places = new Map<string, number>();
  for (const [i, child] of merged.entries()) {
    const id = identity(child);
    if (id !== undefined) places.set(id, i);
  }
  for (const child of collected.flatMap(flatten)) {
    const id = identity(child);
    const place = id === undefined ? undefined : places.get(id);
    if (place !== undefined) {
      merged[place] = child;
    } else {
      const length = merged.push(child);
      if (id !== undefined) places.set(id, length - 1);
    }
  }
  return merged;
}
