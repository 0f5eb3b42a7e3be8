import { Marked, type Tokens } from "marked";
import { linkTarget, pictureTarget } from "./addresses.ts";
import { Slugs } from "./slug.ts";

/** A page of the documentation, ready to be shown. */
export interface RenderedPage {
  /** Its first heading, as plain text. */
  title: string;
  html: string;
}

/**
 * Renders a page of the documentation. Headings get ids, links lead to the
 * server's own pages, and what leads to a file that the server does not show is
 * plain text. HTML in the Markdown is shown as it is written.
 */
export function renderMarkdown(markdown: string): RenderedPage {
  const slugs = new Slugs();
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth }: Tokens.Heading) {
        const id = slugs.next(plain(tokens));
        const inner = this.parser.parseInline(tokens);
        return `<h${depth} id="${escape(id)}">${inner}</h${depth}>\n`;
      },
      link({ href, tokens }: Tokens.Link) {
        const inner = this.parser.parseInline(tokens);
        const target = linkTarget(href);
        return target === undefined
          ? withoutLink(inner, plain(tokens), href)
          : `<a href="${escape(target)}">${inner}</a>`;
      },
      image({ href, text }: Tokens.Image) {
        const target = pictureTarget(href);
        return target === undefined
          ? escape(text)
          : `<img src="${escape(target)}" alt="${
            escape(text)
          }" loading="lazy">`;
      },
      // What may be wider than the page is scrolled, by keys too.
      code({ text, lang = "" }: Tokens.Code) {
        const [language = ""] = lang.split(/\s/);
        const kind = language && ` class="language-${escape(language)}"`;
        return `<pre tabindex="0"><code${kind}>${escape(text)}</code></pre>\n`;
      },
      table({ header, rows }: Tokens.Table) {
        const row = (cells: Tokens.TableCell[], name: "th" | "td") =>
          `<tr>${
            cells.map(({ tokens }) =>
              `<${name}>${this.parser.parseInline(tokens)}</${name}>`
            ).join("")
          }</tr>`;
        const body = rows.map((cells) => row(cells, "td")).join("\n");
        return `<div class="table" tabindex="0"><table><thead>${
          row(header, "th")
        }</thead><tbody>${body}</tbody></table></div>\n`;
      },
      html: ({ text }: Tokens.HTML | Tokens.Tag) => escape(text),
    },
  });
  const tokens = marked.lexer(markdown);
  const first = tokens.find((token): token is Tokens.Heading =>
    token.type === "heading"
  );
  return {
    title: plain(first?.tokens ?? []),
    html: marked.parser(tokens),
  };
}

/** A link that leads nowhere here: the file that it names, and its words. */
function withoutLink(inner: string, words: string, href: string): string {
  const file = `<code>${escape(href.replace(/^(?:\.\.\/)+/, ""))}</code>`;
  return words.includes(" ") ? `${inner} (${file})` : file;
}

/** The words of inline tokens, without their form. */
function plain(tokens: readonly Tokens.Generic[]): string {
  return tokens.map((token) =>
    token.tokens === undefined ? String(token.text ?? "") : plain(token.tokens)
  ).join("");
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
