import { HttpError, page } from "fresh";
import { Head } from "fresh/runtime";
import { SiteHeader } from "../components/SiteHeader.tsx";
import { define } from "../lib/define.ts";
import { chooseLanguage, LANGUAGES } from "../lib/language/languages.ts";
import { ERROR_PAGE_HEADERS } from "../lib/security_headers.ts";

// An error page runs outside the middlewares, so it brings their headers itself.
export const handler = define.handlers((ctx) => {
  const { error } = ctx;
  const status = error instanceof HttpError ? error.status : 500;
  if (status >= 500) console.error(error);
  return page({}, { status, headers: { ...ERROR_PAGE_HEADERS } });
});

export default define.page<typeof handler>(function ErrorPage(
  { error, req },
) {
  const language = chooseLanguage(req.headers.get("accept-language"));
  const { error: words } = LANGUAGES[language];
  const known = error instanceof HttpError ? error : undefined;
  const missing = known?.status === 404;
  const title = missing ? words.notFound : words.wrong;
  return (
    <>
      <Head>
        <title>{title} · Parley</title>
      </Head>
      <SiteHeader />
      <main class="error">
        <h1>{title}</h1>
        <p>
          {known?.message && known.message !== "Not Found"
            ? known.message
            : missing
            ? words.notFoundHere
            : words.seeLog}
        </p>
        <p>
          <a href="/">{words.toStart}</a>
        </p>
      </main>
    </>
  );
});
