import { h, type VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import { mergeHead } from "./head.ts";
import { HEAD_PLACEHOLDER, original } from "./intercept.ts";
import { type RenderState, withRender } from "./render_state.ts";
import { revivalData } from "./revive.ts";

// Attribute values may hold a `>`.
const openTag = (tag: string) =>
  new RegExp(`^<${tag}(?:\\s(?:"[^"]*"|[^">])*)?>`);
const HTML_OPEN = openTag("html");
const BODY_OPEN = openTag("body");
const BODY_CLOSE = "</body>";
const HTML_CLOSE = "</html>";

/** Renders the head: the page's own, or else one with the charset. */
function headMarkup(state: RenderState): string {
  const own = state.head ?? { children: h("meta", { charset: "utf-8" }) };
  const children = mergeHead(own.children, state.headChildren);
  return renderToString(original("head", { ...own, children }));
}

/**
 * The module that starts the others. It imports the islands itself, so that they
 * come alive in one go: while a browser waits for an import it draws instead.
 */
function bootCode(basePath: string, boot: string, islands: string[]): string {
  const url = (path: string) =>
    JSON.stringify(basePath + path).replaceAll("<", "\\u003c");
  const imports = islands.map((path, i) =>
    `import * as island${i} from ${url(path)};`
  );
  const modules = islands.map((path, i) => `${url(path)}: island${i}`);
  return `import { revive } from ${url(boot)};${imports.join("")}` +
    `revive({${modules.join()}});`;
}

/** Renders the scripts that the page needs, none where it has no islands. */
function scriptMarkup(state: RenderState, basePath: string): string {
  const { build, islands } = state;
  if (build === undefined) return "";
  const { boot, liveReload } = build.snapshot;
  const script = (props: Record<string, unknown>) =>
    renderToString(h("script", { type: "module", ...props }));
  let markup = "";
  if (islands.length > 0 && boot !== null) {
    const paths = new Set(islands.map(({ source }) => source.path));
    markup += script({
      id: "__FRSH_STATE",
      type: "application/json",
      dangerouslySetInnerHTML: { __html: revivalData(islands, basePath) },
    });
    markup += script({
      dangerouslySetInnerHTML: {
        __html: bootCode(basePath, boot.path, [...paths]),
      },
    });
  }
  if (liveReload !== null) markup += script({ src: basePath + liveReload });
  return markup;
}

/** Fills in what a whole document needs around the markup of a page. */
function complete(markup: string, head: string, scripts: string): string {
  const open = HTML_OPEN.exec(markup)?.[0];
  let rest = markup;
  if (open !== undefined) rest = rest.slice(open.length, -HTML_CLOSE.length);
  if (rest.startsWith(HEAD_PLACEHOLDER)) {
    rest = rest.slice(HEAD_PLACEHOLDER.length);
  }
  const body = BODY_OPEN.test(rest) && rest.endsWith(BODY_CLOSE)
    ? rest.slice(0, -BODY_CLOSE.length) + scripts + BODY_CLOSE
    : `<body>${rest}${scripts}</body>`;
  return `<!DOCTYPE html>${open ?? "<html>"}${head}${body}</html>`;
}

/** Renders a page to a whole document. */
export function renderDocument(
  vnode: VNode | null,
  state: RenderState,
  basePath: string,
): string {
  return withRender(state, () => {
    const markup = vnode === null ? "" : renderToString(vnode);
    const head = headMarkup(state);
    return complete(markup, head, scriptMarkup(state, basePath));
  });
}

/** URL paths of all client code that a page needs, without repeats. */
export function clientCode({ build, islands }: RenderState): string[] {
  const boot = build?.snapshot.boot;
  if (!boot || islands.length === 0) return [];
  const modules = [boot, ...islands.map(({ source }) => source)];
  return [...new Set(modules.flatMap(({ path, chunks }) => [path, ...chunks]))];
}
