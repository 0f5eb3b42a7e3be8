import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "../../../jsr/fresh/dev/bundle.ts";
import { esbuildGone } from "../../support/esbuild_exit.ts";

/** A site of its own, not Parley's: another origin, as a customer's page has. */
export interface Site extends AsyncDisposable {
  /** Where it listens, without a slash at the end. */
  url: string;
}

/**
 * Serves one page on loopback: a button "Call", and this script. What the script
 * imports comes from npm, found where Deno finds it, and bundled for a browser.
 */
export async function serveSite(script: URL): Promise<Site> {
  const root = resolve(import.meta.dirname!, "../../..");
  const { files } = await bundle(
    [{ name: "script", file: fileURLToPath(script) }],
    { root, mode: "production", target: "es2022" },
  );
  await esbuildGone();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => {
      const path = new URL(request.url).pathname;
      if (path === "/") {
        return new Response(PAGE, { headers: { "content-type": "text/html" } });
      }
      const file = files.get(path.slice(1));
      return file === undefined
        ? new Response(null, { status: 404 })
        : new Response(file, {
          headers: { "content-type": "text/javascript" },
        });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

// The empty icon keeps Chromium from asking for one, and from reporting a 404.
const PAGE = `<!doctype html>
<html lang="en">
<title>Somebody else's page</title>
<link rel="icon" href="data:,">
<button>Call</button>
<script type="module" src="/script.js"></script>
</html>`;
