import { HttpError, page } from "fresh";
import { Head } from "fresh/runtime";
import { SiteHeader } from "../components/SiteHeader.tsx";
import { define } from "../lib/define.ts";
import { SECURITY_HEADERS } from "../lib/security_headers.ts";

// An error page runs outside the middlewares, so it brings their headers itself.
export const handler = define.handlers((ctx) => {
  const { error } = ctx;
  const status = error instanceof HttpError ? error.status : 500;
  if (status >= 500) console.error(error);
  return page({}, { status, headers: { ...SECURITY_HEADERS } });
});

export default define.page<typeof handler>(function ErrorPage({ error }) {
  const known = error instanceof HttpError ? error : undefined;
  const missing = known?.status === 404;
  return (
    <>
      <Head>
        <title>{missing ? "Not found" : "Something went wrong"} · Parley</title>
      </Head>
      <SiteHeader />
      <main class="error">
        <h1>{missing ? "Not found" : "Something went wrong"}</h1>
        <p>
          {known?.message && known.message !== "Not Found"
            ? known.message
            : missing
            ? "There is no such page here."
            : "The server's log says more."}
        </p>
        <p>
          <a href="/">To the start</a>
        </p>
      </main>
    </>
  );
});
