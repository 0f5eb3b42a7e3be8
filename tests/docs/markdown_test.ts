import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { contentsOf } from "../../lib/docs/contents.ts";
import { renderMarkdown } from "../../lib/docs/markdown.ts";
import { Slugs } from "../../lib/docs/slug.ts";
import { pages } from "./pages.ts";

const html = (markdown: string) => renderMarkdown(markdown).html.trim();

Deno.test("a page has the title of its first heading, and headings have ids", () => {
  const page = renderMarkdown("# The `links`, *all*\n\n## Two\n\n## Two\n");
  assertEquals(page.title, "The links, all");
  assertStringIncludes(page.html, '<h1 id="the-links-all">The <code>links');
  assertStringIncludes(page.html, '<h2 id="two">Two</h2>');
  assertStringIncludes(page.html, '<h2 id="two-1">Two</h2>');
  assertEquals(renderMarkdown("no heading").title, "");
});

Deno.test("ids are those that GitHub gives", () => {
  const slugs = new Slugs();
  assertEquals(
    ["What's new? 1.0", "The embedded peer's door", "Grüße, Welt", "a_b – c"]
      .map((heading) => slugs.next(heading)),
    [
      "whats-new-10",
      "the-embedded-peers-door",
      "grüße-welt",
      "a_b--c",
    ],
  );
});

Deno.test("links lead to the server's own pages", () => {
  assertEquals(
    html("[a](links.md) [b](moving-from-ag2.md#3-the-agent) [c](index.md)"),
    '<p><a href="/docs/links">a</a> <a href="/docs/moving-from-ag2#3-the-agent">b</a> <a href="/docs">c</a></p>',
  );
  assertEquals(html("[a](#b)"), '<p><a href="#b">a</a></p>');
  assertEquals(
    html("[a](https://deno.com/?a=1&b=2)"),
    '<p><a href="https://deno.com/?a=1&amp;b=2">a</a></p>',
  );
});

Deno.test("a link to what the server does not show is the file's name", () => {
  assertEquals(
    html("[lib/config.ts](../lib/config.ts)"),
    "<p><code>lib/config.ts</code></p>",
  );
  assertEquals(
    html("[agents that *come* along](../lib/agents/concierge.ts)"),
    "<p>agents that <em>come</em> along (<code>lib/agents/concierge.ts</code>)</p>",
  );
  for (
    const href of ["javascript:alert(1)", "http://example.com", "//evil.md"]
  ) {
    assert(!html(`[word](${href})`).includes("href"), href);
  }
});

Deno.test("pictures come from the documentation's folder, or are their words", () => {
  assertEquals(
    html("![A chart](charts/latency.svg)"),
    '<p><img src="/docs/charts/latency.svg" alt="A chart" loading="lazy"></p>',
  );
  for (const href of ["https://example.com/a.png", "../a.png", "a.gif"]) {
    assertEquals(html(`![A picture](${href})`), "<p>A picture</p>");
  }
});

Deno.test("nothing in a page becomes HTML of its own", () => {
  const hostile = '<script>alert("1")</script>';
  for (
    const markdown of [
      hostile,
      `a ${hostile}`,
      `# ${hostile}`,
      `\`${hostile}\``,
      "```" + `ts"><script>\n${hostile}\n` + "```",
      `|a|\n|-|\n|${hostile}|`,
      `[${hostile}](links.md)`,
      `![${hostile}](a.png)`,
      `![" onerror="x](a.png)`,
    ]
  ) {
    const shown = html(markdown);
    assert(!/<script|<[^>]* onerror="/.test(shown), shown);
  }
});

Deno.test("code and tables can be scrolled by keys", () => {
  assertEquals(
    html("```ts file=samples/a.ts\na < b\n```"),
    '<pre tabindex="0"><code class="language-ts">a &lt; b</code></pre>',
  );
  assertEquals(
    html("| a | b |\n| - | - |\n| `c` | d |").replaceAll("\n", ""),
    '<div class="table" tabindex="0"><table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td><code>c</code></td><td>d</td></tr></tbody></table></div>',
  );
});

Deno.test("the contents are what the index lists, behind itself", () => {
  assertEquals(
    contentsOf("# Pages\n\n1. [A b](a-b.md): of a.\n2. [C](c.md)\n- [D](d.md)"),
    [
      { name: "index", title: "Pages" },
      { name: "a-b", title: "A b" },
      { name: "c", title: "C" },
    ],
  );
  assertEquals(contentsOf(""), [{ name: "index", title: "" }]);
});

Deno.test("every page of the documentation has one title, and headings in order", async () => {
  for (const { file, text } of await pages()) {
    const { html, title } = renderMarkdown(text);
    assert(title !== "", file);
    const depths = [...html.matchAll(/<h(\d) /g)].map(([, depth]) => +depth!);
    assertEquals(depths.filter((depth) => depth === 1), [1], file);
    assertEquals(depths[0], 1, file);
    depths.reduce((before, depth) => {
      assert(depth <= before + 1, `${file}: h${depth} follows h${before}`);
      return depth;
    });
  }
});
