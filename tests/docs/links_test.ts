import { assert, assertEquals } from "@std/assert";
import { Marked, type Token } from "marked";
import { contentsOf } from "../../lib/docs/contents.ts";
import { Slugs } from "../../lib/docs/slug.ts";
import { pageNamed, pages, ROOT } from "./pages.ts";

/** The addresses that links and pictures of a page lead to. */
function targetsOf(markdown: string): string[] {
  const targets: string[] = [];
  const visit = (token: Token) => {
    if (token.type === "link" || token.type === "image") {
      targets.push(token.href);
    }
    if (token.type === "html") {
      const named = token.text.matchAll(/(?:src|href)="([^"]*)"/g);
      for (const [, target] of named) targets.push(target!);
    }
  };
  const marked = new Marked();
  marked.walkTokens(marked.lexer(markdown), visit);
  return targets;
}

/** The ids that GitHub and the server give a page's headings. */
function anchorsOf(markdown: string): string[] {
  const slugs = new Slugs();
  const anchors: string[] = [];
  for (const token of new Marked().lexer(markdown)) {
    if (token.type === "heading") {
      anchors.push(slugs.next(token.text.replaceAll(/[`*]/g, "")));
    }
  }
  return anchors;
}

/** What is wrong with where a link leads; undefined where it leads somewhere. */
async function faultOf(
  target: string,
  file: string,
): Promise<string | undefined> {
  const url = URL.parse(target);
  if (url !== null) {
    // The server that the reader has started: nobody has a certificate for it.
    const isHere = url.protocol === "http:" && url.hostname === "127.0.0.1";
    return isHere || url.protocol === "https:" ? undefined : "is not https";
  }
  const [path = "", anchor] = target.split("#");
  const place = new URL(path || file.split("/").at(-1)!, new URL(file, ROOT));
  if (!place.href.startsWith(ROOT.href)) return "leaves the repository";
  try {
    const { isFile } = await Deno.stat(place);
    if (anchor === undefined) return undefined;
    if (!isFile || !place.pathname.endsWith(".md")) return "has no headings";
  } catch {
    return "is not there";
  }
  return anchorsOf(await Deno.readTextFile(place)).includes(anchor)
    ? undefined
    : "has no such heading";
}

Deno.test("every link and picture of the documentation and the README leads somewhere", async () => {
  const faults: string[] = [];
  let seen = 0;
  for (const { file, text } of await pages({ readme: true })) {
    for (const target of targetsOf(text)) {
      seen++;
      const fault = await faultOf(target, file);
      if (fault !== undefined) faults.push(`${file}: ${target} ${fault}`);
    }
  }
  assert(seen > 50, `Only ${seen} links were seen`);
  assertEquals(faults, []);
});

Deno.test("a link that leads nowhere is found", async () => {
  const from = "docs/index.md";
  assertEquals(await faultOf("links.md#the-three-links", from), undefined);
  assertEquals(await faultOf("#documentation", from), undefined);
  assertEquals(await faultOf("nowhere.md", from), "is not there");
  assertEquals(await faultOf("links.md#nowhere", from), "has no such heading");
  assertEquals(await faultOf("../../elsewhere", from), "leaves the repository");
  assertEquals(await faultOf("http://example.com/", from), "is not https");
  assertEquals(
    targetsOf('a [b](c.md) ![d](e.png)\n\n<img src="f.png">'),
    ["c.md", "e.png", "f.png"],
  );
});

Deno.test("the index lists every page once, under its own title", async () => {
  const contents = contentsOf(await pageNamed("index"));
  const files = (await pages()).map(({ file }) => file.slice(5, -3));
  assertEquals(contents.map(({ name }) => name).toSorted(), files.toSorted());
  for (const { name, title } of contents) {
    const [, heading] = /^# (.+)$/m.exec(await pageNamed(name)) ?? [];
    assertEquals(title, heading, name);
  }
});

Deno.test("every task that the documentation names is there", async () => {
  const { tasks } = JSON.parse(
    await Deno.readTextFile(new URL("deno.json", ROOT)),
  );
  const named = (await pages({ readme: true })).flatMap(({ file, text }) =>
    [...text.matchAll(/\bdeno(?:@[\d.]+)? task\s+([a-z][\w:-]*)/g)].map(
      ([, task]) => ({ file, task: task! }),
    )
  );
  assert(named.some(({ task }) => task === "start"));
  assertEquals(named.filter(({ task }) => !(task in tasks)), []);
});
