import { HttpError, page } from "fresh";
import { asset, Head } from "fresh/runtime";
import { SiteHeader } from "../../components/SiteHeader.tsx";
import { define } from "../../lib/define.ts";
import { addressOf } from "../../lib/docs/addresses.ts";
import { contentsOf } from "../../lib/docs/contents.ts";
import { readPage, readPicture } from "../../lib/docs/library.ts";
import { renderMarkdown } from "../../lib/docs/markdown.ts";

export const handler = define.handlers({
  /** A page of `docs/`, rendered, or one of its pictures. */
  async GET(ctx) {
    const path = ctx.params.path || "index";
    const picture = await readPicture(path);
    if (picture !== undefined) {
      const { bytes, mediaType } = picture;
      return new Response(bytes, { headers: { "content-type": mediaType } });
    }
    const [markdown, index] = await Promise.all([
      readPage(path),
      readPage("index"),
    ]);
    if (markdown === undefined) throw new HttpError(404);
    return page({
      ...renderMarkdown(markdown),
      name: path,
      contents: contentsOf(index ?? ""),
    });
  },
});

export default define.page<typeof handler>(function Documentation(
  { data: { title, html, name, contents }, state: { messages: { site } } },
) {
  return (
    <>
      <Head>
        <title>{title} · Parley</title>
        <link key="docs" rel="stylesheet" href={asset("/docs.css")} />
      </Head>
      <SiteHeader />
      <div class="docs">
        <nav aria-label={site.docs} lang="en">
          <ul>
            {contents.map((listed) => (
              <li key={listed.name}>
                <a
                  href={addressOf(listed.name)}
                  aria-current={listed.name === name ? "page" : undefined}
                >
                  {listed.title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        {/* There is no HTML in it but what lib/docs/ makes. */}
        <main lang="en" dangerouslySetInnerHTML={{ __html: html }} />
      </div>
    </>
  );
});
