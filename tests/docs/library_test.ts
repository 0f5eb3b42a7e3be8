import { assertEquals, assertStringIncludes } from "@std/assert";
import { readPage, readPicture } from "../../lib/docs/library.ts";

/** Ways out of the folder, as they may come behind `/docs/`. */
const WAYS_OUT = [
  "../deno.json",
  "../README",
  "../README.md",
  "..%2fdeno.json",
  "%2e%2e/deno.json",
  "screenshots/../../static/icon.svg",
  "../static/icon.svg",
  "/etc/hostname",
  "/../static/icon.svg",
  "..\\static\\icon.svg",
  "screenshots//home.png",
  "./home.png",
  "file:///etc/hostname.png",
  "home.png\0.svg",
  "home.svg\n",
];

Deno.test("a page is read by its name", async () => {
  assertStringIncludes((await readPage("links"))!, "# The three links");
  assertEquals(await readPage("nowhere"), undefined);
});

Deno.test("a picture is read by its path, with its kind", async () => {
  const picture = await readPicture("screenshots/home.png");
  assertEquals(picture?.mediaType, "image/png");
  assertEquals([...picture!.bytes.subarray(1, 4)], [0x50, 0x4e, 0x47]);
  assertEquals(await readPicture("charts/nowhere.svg"), undefined);
});

Deno.test("nothing else is read, whatever is asked for", async () => {
  for (const path of WAYS_OUT) {
    assertEquals(await readPage(path), undefined, path);
    assertEquals(await readPicture(path), undefined, path);
  }
  for (
    const path of ["samples/identify.ts", "screenshots/take.ts", "links.md"]
  ) {
    assertEquals(await readPage(path), undefined, path);
    assertEquals(await readPicture(path), undefined, path);
  }
});
