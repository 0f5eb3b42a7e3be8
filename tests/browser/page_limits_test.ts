import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Page } from "./support/chromium.ts";
import {
  choose,
  saying,
  startConversation,
  type,
  waitForState,
} from "./support/page.ts";
import { sharedApp } from "./support/shared_steps.ts";

/** What the page's JavaScript may weigh, gzipped, in bytes. */
const MOST_SCRIPT = 45_000;

const ROOT = new URL("../../", import.meta.url);

async function gzipped(body: Uint8Array<ArrayBuffer>): Promise<number> {
  const packed = new Blob([body]).stream().pipeThrough(
    new CompressionStream("gzip"),
  );
  return (await new Response(packed).arrayBuffer()).byteLength;
}

/** Asks for the weather in Rome over one way, with everything open and running. */
async function talkWithAll(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await choose(page, "Let me interrupt by speaking", false);
  const developer = page.getByRole("button", { name: "Developer panel" });
  if (await developer.getAttribute("aria-expanded") === "false") {
    await developer.click();
  }
  await startConversation(page);
  await page.getByRole("button", { name: "Record" }).click();
  await type(page, "What's the weather like in Rome?");
  await saying(page, "The weather in Rome is cloudy.").waitFor();
  await waitForState(page, "Speaking");
  await page.getByRole("button", { name: "Interrupt" }).click();
  await waitForState(page, "Listening");
  const file = page.waitForEvent("download");
  await page.getByRole("button", { name: "End conversation" }).click();
  await waitForState(page, "Ended");
  assertMatch((await file).suggestedFilename(), /\.webm$/);
}

const test = sharedApp("the limits of the page");

test("one whole conversation each way: little script, a strict policy that nothing breaks, and no other server", async ({ app, browser, test }) => {
  const context = await browser.newContext({ acceptDownloads: true });
  const scripts = new Map<string, number>();
  const loaded: Promise<void>[] = [];
  const complaints: string[] = [];
  const asked = new Set<string>();
  context.on("response", (response) => {
    const type = response.headers()["content-type"] ?? "";
    if (!/javascript/.test(type)) return;
    loaded.push((async () => {
      const body = Uint8Array.from(await response.body());
      scripts.set(new URL(response.url()).pathname, await gzipped(body));
    })());
  });
  context.on("request", (request) => asked.add(request.url()));
  context.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  context.on("weberror", (error) => complaints.push(String(error.error())));
  await context.exposeFunction(
    "testViolation",
    (what: string) => void complaints.push(what),
  );
  await context.addInitScript(() =>
    addEventListener("securitypolicyviolation", (event) => {
      const { violatedDirective, blockedURI, sourceFile, lineNumber } =
        event as SecurityPolicyViolationEvent;
      (globalThis as unknown as { testViolation(what: string): void })
        .testViolation(
          `${violatedDirective} ${blockedURI} ${sourceFile}:${lineNumber}`,
        );
    })
  );
  const page = await context.newPage();
  page.on("websocket", (socket) => asked.add(socket.url()));

  await talkWithAll(page, `${app.url}/start-chat`);
  await talkWithAll(page, `${app.url}/start-chat?transport=socket`);
  await page.getByRole("link", { name: "Past conversations" }).click();
  await page.getByRole("link", { name: "Rome" }).first().click();
  await page.getByRole("heading", { name: "What was said" }).waitFor();
  await Promise.all(loaded);

  await test.step("nothing breaks the policy, and nothing fails", () => {
    assertEquals(complaints, []);
  });

  await test.step("all requests and sockets lead to the page's own server", () => {
    const { host } = new URL(app.url);
    const sockets = [...asked].filter((url) => url.startsWith("ws:"));
    assertEquals(new Set(sockets), new Set([`ws://${host}/session`]));
    const elsewhere = [...asked].filter((url) =>
      new URL(url).host !== host && !/^(data|blob):/.test(url)
    );
    assertEquals(elsewhere, []);
  });

  await test.step(`the page's JavaScript is at most ${MOST_SCRIPT} bytes, gzipped`, async () => {
    const fetched = [...scripts.keys()];
    const folder = fetched.find((path) => path.startsWith("/_fresh/js/"))!
      .split("/").slice(0, -1).join("/");
    // What was not loaded now may be another time; worklets load unseen.
    for (
      const [path, where] of [
        [folder, new URL(`.${folder}/`, ROOT)],
        ["", new URL("./static/", ROOT)],
      ] as const
    ) {
      for await (const { name } of Deno.readDir(where)) {
        if (!name.endsWith(".js")) continue;
        const body = await Deno.readFile(new URL(name, where));
        scripts.set(`${path}/${name}`, await gzipped(body));
      }
    }
    assert(fetched.length >= 3, `Only ${fetched} were seen`);
    const sum = [...scripts.values()].reduce((sum, size) => sum + size, 0);
    const list = [...scripts].map(([path, size]) => `${size} ${path}`);
    assert(
      sum <= MOST_SCRIPT,
      `The page's JavaScript has ${sum} bytes:\n${list.join("\n")}`,
    );
  });

  await test.step("every page has a policy without exceptions, and keeps to it in its markup", async () => {
    const conversation = new URL(page.url()).pathname;
    const nonces = new Set<string>();
    for (
      const path of [
        "/",
        "/start-chat",
        "/conversations",
        conversation,
        "/nowhere",
      ]
    ) {
      const response = await fetch(app.url + path, {
        headers: { accept: "text/html" },
      });
      const policy = response.headers.get("content-security-policy") ?? "";
      assertMatch(policy, /default-src 'self'/, path);
      assertEquals(/unsafe|\*|https?:/.exec(policy), null, path);
      const found = await page.evaluate((html) => {
        const page = new DOMParser().parseFromString(html, "text/html");
        const { all, scripts } = page;
        const styles = page.querySelectorAll("style");
        return {
          scripts: scripts.length,
          nonces: [...scripts, ...styles].map(({ nonce }) => nonce),
          inline: [...all].flatMap((element) =>
            [...element.attributes].filter(({ name }) =>
              name.startsWith("on") || name === "style"
            ).map(({ name }) => `${element.tagName} ${name}`)
          ),
          styles: styles.length,
        };
      }, await response.text());
      assertEquals(found.inline, [], path);
      assertEquals(found.styles > 0, path !== "/nowhere", path);
      assertEquals(found.scripts > 0, path === "/start-chat", path);
      if (path === "/nowhere") continue;
      const [, nonce = ""] = /script-src 'self' 'nonce-([^']+)'/.exec(policy) ??
        [];
      assert(nonce.length >= 16, `${path}: ${policy}`);
      for (const own of found.nonces) assertEquals(own, nonce, path);
      nonces.add(nonce);
    }
    assertEquals(nonces.size, 4, "a nonce is good once");
  });
});

test("before any script has run the page is readable, in the browser's language, and the start button is in its place", async ({ app, browser, test }) => {
  for (
    const [locale, words] of [
      ["en-US", {
        start: "Start conversation",
        agents: "Agents",
        suggestions: "You could say",
        needsScript: "This page needs JavaScript to talk.",
      }],
      ["de-DE", {
        start: "Gespräch beginnen",
        agents: "Agenten",
        suggestions: "Sie könnten sagen",
        needsScript: "Zum Sprechen braucht diese Seite JavaScript.",
      }],
    ] as const
  ) {
    await test.step(locale, async () => {
      const page = await browser.newPage({ locale, javaScriptEnabled: false });
      await page.goto(`${app.url}/start-chat`);
      assertEquals(
        await page.locator("html").getAttribute("lang"),
        locale.slice(0, 2),
      );
      assertEquals(await page.title(), "Weather Bot · Parley");
      await page.getByRole("heading", { name: "Weather Bot", level: 1 })
        .waitFor();
      await page.getByRole("navigation", { name: words.agents })
        .getByRole("link", { name: "Concierge" }).waitFor();
      // This browser has its scripts switched off too late to show it.
      assertMatch(
        (await page.locator("noscript").textContent())!,
        new RegExp(words.needsScript),
      );
      const suggestions = page.getByRole("list", { name: words.suggestions });
      await suggestions.getByText("What's the weather like in Rome?").waitFor();
      const start = page.getByRole("button", { name: words.start });
      await start.waitFor();
      // A press would be lost, so it does not take one.
      assertEquals(await start.isDisabled(), true);
      const { y, height } = (await start.boundingBox())!;
      assert(y + height < page.viewportSize()!.height);
      const concierge = page.getByRole("link", { name: "Concierge" });
      const there = new URL((await concierge.getAttribute("href"))!, app.url);
      await concierge.click();
      // A click is over when the page begins to come; its title may be still to come.
      await page.waitForURL(there.href);
      assertEquals(await page.title(), "Concierge · Parley");
      await page.close();
    });
  }
});
