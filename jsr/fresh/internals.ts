import type { Context } from "./context.ts";
import type { EquippedBuild } from "./snapshot.ts";
import type { LayoutConfig, PageComponent } from "./types.ts";

/** A layout together with its settings. */
export interface Layout {
  component: PageComponent<unknown, unknown>;
  config: LayoutConfig;
}

/** What the framework keeps beside a context, out of the application's sight. */
export interface Internals {
  /** What the build knows, once the app is equipped with one. */
  build: EquippedBuild | undefined;
  /** The layouts around the page, outermost first. */
  layouts: Layout[];
  /** The component around everything. */
  appWrapper: PageComponent<unknown, unknown> | undefined;
  /** Status of a rendered response whose author named none. */
  defaultStatus: number;
  /** A middleware asked for a nonce. */
  wantsNonce: boolean;
  /** The nonce, once something was rendered with it. */
  nonce: string | undefined;
  /** The page for unknown paths has been tried. */
  triedNotFound: boolean;
  /** What `ctx.next()` runs at this moment. */
  next: () => Promise<Response>;
}

const store = new WeakMap<Context<never>, Internals>();

/** Remembers the internals of a new context. */
export function keepInternals<State>(
  ctx: Context<State>,
  internals: Internals,
): void {
  store.set(ctx as Context<never>, internals);
}

/** The internals of a context. */
export function internalsOf<State>(ctx: Context<State>): Internals {
  return store.get(ctx as Context<never>)!;
}
