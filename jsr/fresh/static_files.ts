import type { Context } from "./context.ts";
import { pathBelow } from "./dispatch.ts";
import { HttpError } from "./error.ts";
import { internalsOf } from "./internals.ts";
import { mediaTypeOf } from "./media_types.ts";
import type { Asset, EquippedBuild } from "./snapshot.ts";
import type { Middleware } from "./types.ts";

const IMMUTABLE = "public, max-age=31536000, immutable";
const NO_STORE = "no-cache, no-store, max-age=0, must-revalidate";

/** Serves the files under `static/` and the code of the islands. */
export function staticFiles<State>(): Middleware<State> {
  return (ctx) => {
    const { build } = internalsOf(ctx);
    const path = pathBelow(ctx.config.basePath, decoded(ctx.url.pathname));
    const asset = path === undefined ? undefined : build?.assets.get(path);
    if (build === undefined || path === undefined || asset === undefined) {
      // Browsers ask for it unasked; an error page would only cost time.
      return path === "/favicon.ico" && ctx.route === null
        ? new Response(null, { status: 404 })
        : ctx.next();
    }
    if (ctx.req.method !== "GET" && ctx.req.method !== "HEAD") {
      throw new HttpError(405);
    }
    return send(ctx, build, path, asset);
  };
}

function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}

async function send<State>(
  ctx: Context<State>,
  build: EquippedBuild,
  path: string,
  asset: Asset,
): Promise<Response> {
  const { buildId, mode } = build.snapshot;
  const headers = new Headers({
    "content-type": mediaTypeOf(path),
    "cache-control": NO_STORE,
  });
  if (mode === "production") {
    const keyed = ctx.url.searchParams.get("__frsh_c") === buildId;
    if (keyed || path.startsWith(`/_fresh/js/${buildId}/`)) {
      headers.set("cache-control", IMMUTABLE);
    }
    const etag = `"${asset.hash}"`;
    headers.set("etag", etag);
    const known = ctx.req.headers.get("if-none-match")?.split(",")
      .map((tag) => tag.trim().replace(/^W\//, ""));
    if (known?.includes(etag)) {
      return new Response(null, { status: 304, headers });
    }
  }
  const inMemory = build.memory?.get(path);
  if (inMemory !== undefined) {
    headers.set("content-length", String(inMemory.byteLength));
    return new Response(inMemory, { headers });
  }
  const file = await Deno.open(`${build.root}/${asset.file}`);
  const { size } = await file.stat();
  headers.set("content-length", String(size));
  return new Response(file.readable, { headers });
}
