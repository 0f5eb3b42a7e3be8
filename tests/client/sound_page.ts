import { resolve } from "node:path";
import { bundle } from "../../jsr/fresh/dev/bundle.ts";
import {
  type Browser,
  launchChromium,
  type Page,
} from "../browser/support/chromium.ts";
import { sharedSteps } from "../browser/support/shared_steps.ts";
import { esbuildGone } from "../support/esbuild_exit.ts";

const ROOT = resolve(import.meta.dirname!, "../..");
const STYLES = ["styles.css", "visualiser.css"];
const PAGE = `<!doctype html>
<html lang="en">
<title>Sound</title>
<link rel="icon" href="data:,">
${STYLES.map((name) => `<link rel="stylesheet" href="/${name}">`).join("")}
<button>Begin</button>
<main></main>
<script type="module" src="/script.js"></script>
</html>`;
const TYPES: Record<string, string> = {
  js: "text/javascript",
  css: "text/css",
};

/** A test with that page in reach of a browser in which things may move, for all of its steps. */
export function sharedSoundPage(name: string) {
  return sharedSteps(name, async (stack) => {
    const { url } = stack.use(await serveSoundPage());
    return { url, browser: stack.use(await launchChromium({ motion: true })) };
  });
}

/** Serves a page with `sound_script.tsx` in it, under as strict a policy as can be. */
async function serveSoundPage(): Promise<
  { url: string } & AsyncDisposable
> {
  const { files } = await bundle(
    [{ name: "script", file: `${ROOT}/tests/client/sound_script.tsx` }],
    { root: ROOT, mode: "production", target: "es2022" },
  );
  await esbuildGone();
  for (const name of STYLES) {
    files.set(name, await Deno.readFile(`${ROOT}/static/${name}`));
  }
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => {
      const name = new URL(request.url).pathname.slice(1);
      return new Response(files.get(name) ?? PAGE, {
        headers: {
          "content-type": TYPES[name.split(".").at(-1)!] ?? "text/html",
          "content-security-policy": "default-src 'self'; img-src data:",
        },
      });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Opens the page, and presses its button, so that it may make sounds. */
export async function openSoundPage(
  browser: Browser,
  url: string,
  options: Parameters<Browser["newContext"]>[0] = {},
): Promise<Page> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto(url);
  await page.getByRole("button").click();
  return page;
}
