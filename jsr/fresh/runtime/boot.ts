import { type ComponentType, type ContainerNode, h, hydrate } from "preact";
import { setBuildId } from "./asset.ts";
import { readRevivalData } from "./revival.ts";

/** An island's place in the page: the comments before and after it. */
interface Place {
  start: Comment;
  end: Comment;
  nodes: ChildNode[];
}

function findPlaces(): Place[] {
  const places: Place[] = [];
  const comments = document.createTreeWalker(document, NodeFilter.SHOW_COMMENT);
  for (let node; (node = comments.nextNode() as Comment | null);) {
    const [, closing, index] = /^(\/?)island:(\d+)$/.exec(node.data) ?? [];
    if (index === undefined) continue;
    const place = places[+index] ??= { start: node, end: node, nodes: [] };
    if (closing) place.end = node;
  }
  for (const { start, end, nodes } of places) {
    for (let node = start.nextSibling; node && node !== end;) {
      nodes.push(node);
      node = node.nextSibling;
    }
  }
  return places;
}

/** Stands in for a wrapper element: a parent that holds just these nodes. */
function fragmentOf({ end, nodes }: Place): ContainerNode {
  const parent = end.parentNode as Element;
  return {
    nodeType: 1,
    namespaceURI: parent.namespaceURI,
    parentNode: parent,
    firstChild: nodes[0] ?? null,
    childNodes: nodes,
    contains: (node: Node) => parent.contains(node),
    insertBefore(node: Node, before: Node | null) {
      // Preact skips comments when it looks for the next node, so it can end
      // up behind the closing one.
      const outside = before === null ||
        end.compareDocumentPosition(before) & Node.DOCUMENT_POSITION_FOLLOWING;
      return parent.insertBefore(node, outside ? end : before);
    },
    appendChild: (node: Node) => parent.insertBefore(node, end),
    removeChild: (node: Node) => parent.removeChild(node),
  } as unknown as ContainerNode;
}

const buildId = /\/_fresh\/js\/([^/]+)\//.exec(import.meta.url)?.[1];
setBuildId(() => buildId);

/** Revives the page's islands; `modules` has those of all of them, by URL. */
export function revive(
  modules: Record<string, Record<string, ComponentType>>,
): void {
  const data = document.getElementById("__FRSH_STATE")!.textContent!;
  const places = findPlaces();
  for (const [index, [url, name, props]] of readRevivalData(data).entries()) {
    const island = h(modules[url]![name]!, props);
    // One that fails leaves the others alone.
    queueMicrotask(() => hydrate(island, fragmentOf(places[index]!)));
  }
}
