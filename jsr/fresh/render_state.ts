import type { ComponentChildren } from "preact";
import type { EquippedBuild, IslandSource } from "./snapshot.ts";

/** An island that a page shows. */
export interface UsedIsland {
  source: IslandSource;
  props: Record<string, unknown>;
}

/** What is collected while one page is rendered. */
export interface RenderState {
  build: EquippedBuild | undefined;
  /** Islands in the order of their comments. */
  islands: UsedIsland[];
  /** Children of `<Head>` in the order of rendering. */
  headChildren: ComponentChildren[];
  /** Props of the page's own `<head>`. */
  head: { children?: ComponentChildren } | undefined;
  nonce: string | undefined;
}

let current: RenderState | undefined;

/** The page that is rendered right now; rendering is synchronous. */
export function currentRender(): RenderState | undefined {
  return current;
}

/** Runs `render` as the rendering of a page. */
export function withRender<Result>(
  state: RenderState,
  render: () => Result,
): Result {
  const outer = current;
  current = state;
  try {
    return render();
  } finally {
    current = outer;
  }
}
