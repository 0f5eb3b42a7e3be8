import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { axeFaults } from "../browser/support/axe.ts";
import { launchChromium } from "../browser/support/chromium.ts";
import { startParley } from "../support/app.ts";
import { pages } from "./pages.ts";

const HTML = { headers: { accept: "text/html" } };

const LOOKS = [
  { viewport: { width: 390, height: 844 }, colorScheme: "dark" },
  { viewport: { width: 1280, height: 800 }, colorScheme: "light" },
] as const;

Deno.test("the server shows its documentation", async (test) => {
  await using app = await startParley();
  await using browser = await launchChromium();
  const get = (path: string, init?: RequestInit) =>
    fetch(`${app.url}${path}`, init);

  await test.step("every page, with all the others beside it", async () => {
    for (const { file } of await pages()) {
      const name = file.slice("docs/".length, -".md".length);
      const path = name === "index" ? "/docs" : `/docs/${name}`;
      const page = await get(path, HTML);
      assertEquals(page.status, 200, path);
      const html = await page.text();
      assertStringIncludes(html, `href="${path}" aria-current="page"`);
      assertStringIncludes(html, 'href="/docs/session-protocol"');
      assertStringIncludes(html, "docs.css");
    }
    const index = await (await get("/docs/", HTML)).text();
    assertStringIncludes(index, "<title>Documentation · Parley</title>");
  });

  await test.step("its pictures, and nothing else of its folder or around it", async () => {
    const picture = await get("/docs/screenshots/home.png");
    assertEquals(picture.headers.get("content-type"), "image/png");
    assert((await picture.bytes()).length > 1000);
    for (
      const path of [
        "/docs/nowhere",
        "/docs/links.md",
        "/docs/samples/identify.ts",
        "/docs/screenshots/take.ts",
        "/docs/..%2fdeno.json",
        "/docs/..%2fstatic%2ficon.svg",
        "/docs/%2e%2e%2fstatic%2ficon.svg",
        "/docs/screenshots%2f..%2f..%2fstatic%2ficon.svg",
        "/docs/%00",
        "/docs/%ff.png",
      ]
    ) {
      const response = await get(path, HTML);
      assertEquals(response.status, 404, path);
      assertStringIncludes(await response.text(), "Not found", path);
    }
  });

  await test.step("in the browser's language around it, and without script", async () => {
    const page = await get("/docs/links", {
      headers: { accept: "text/html", "accept-language": "de" },
    });
    const html = await page.text();
    assertStringIncludes(html, '<html lang="de"');
    assertStringIncludes(html, '<a href="/docs">Doku</a>');
    assertStringIncludes(html, '<main lang="en">');
    assertEquals(html.includes("<script"), false);
  });

  await test.step("so that axe finds nothing, and nothing is wider than the page", async () => {
    const page = await browser.newPage();
    for (const name of ["", "/configuration", "/session-protocol"]) {
      await page.goto(`${app.url}/docs${name}`);
      for (const { viewport, colorScheme } of LOOKS) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme });
        const what = `/docs${name}, ${viewport.width}, ${colorScheme}`;
        assertEquals(await axeFaults(page), [], what);
        const width = await page.evaluate(() =>
          document.documentElement.scrollWidth
        );
        assertEquals(width, viewport.width, what);
      }
    }
  });

  await test.step("from page to page, and to a heading", async () => {
    const page = await browser.newPage();
    await page.goto(app.url);
    await page.getByRole("link", { name: "Docs" }).click();
    await page.getByRole("main").getByRole("link", { name: "Security" })
      .click();
    await page.getByRole("heading", { name: "Security", level: 1 }).waitFor();
    await page.getByRole("main").getByRole("link", { name: "The three links" })
      .click();
    await page.waitForURL("**/docs/links#handshake-ephemeral");
    const heading = page.getByRole("heading", { name: "Handshake ephemeral" });
    const box = await heading.boundingBox();
    assert(box !== null && box.y >= 0 && box.y < 400, `It is at ${box?.y}`);
  });
});
