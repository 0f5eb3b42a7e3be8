import { page } from "fresh";
import { asset, Head } from "fresh/runtime";
import { SiteHeader } from "../components/SiteHeader.tsx";
import { define } from "../lib/define.ts";
import { readForm } from "../lib/doors/form.ts";
import { localPath } from "../lib/doors/sign_in_path.ts";
import { fill } from "../lib/language/messages.ts";

/** Nobody keeps a page that depends on who asks. */
const PRIVATE = { "cache-control": "no-store" };

export const handler = define.handlers({
  GET(ctx) {
    const { identity, services: { doors } } = ctx.state;
    return page({
      to: localPath(ctx.url.searchParams.get("to")),
      state: !doors.asksForToken
        ? "unneeded" as const
        : identity === undefined
        ? "stranger" as const
        : "known" as const,
      problem: undefined,
    }, { headers: PRIVATE });
  },

  async POST(ctx) {
    const { caller, messages: { signIn }, services: { doors } } = ctx.state;
    const form = await readForm(ctx.req);
    const to = localPath(form?.get("to") ?? null);
    const again = (status: number, problem: string, seconds?: number) =>
      page({ to, state: "stranger" as const, problem }, {
        status,
        headers: seconds === undefined
          ? PRIVATE
          : { ...PRIVATE, "retry-after": String(seconds) },
      });
    const token = form?.get("token") ?? "";
    if (token === "") return again(400, signIn.missing);
    const shown = doors.signIn(token, caller);
    if (shown === "wrong") return again(401, signIn.wrong);
    if ("seconds" in shown) {
      const { seconds } = shown;
      return again(429, fill(signIn.tooMany, { seconds }), seconds);
    }
    const response = ctx.redirect(to, 303);
    response.headers.set("set-cookie", shown.cookie);
    return response;
  },
});

export default define.page<typeof handler>(function SignIn(
  { data: { to, state, problem }, state: { messages: { signIn } } },
) {
  return (
    <>
      <Head>
        <title>{signIn.title} · Parley</title>
        <link key="sign-in" rel="stylesheet" href={asset("/sign-in.css")} />
      </Head>
      <SiteHeader />
      <main class="sign-in">
        <h1>{signIn.title}</h1>
        {state === "stranger"
          ? (
            <form method="post" action="/sign-in">
              <p>{signIn.why}</p>
              <input type="hidden" name="to" value={to} />
              <label for="token">{signIn.token}</label>
              <input
                id="token"
                name="token"
                type="password"
                autocomplete="current-password"
                required
                autofocus
                aria-invalid={problem !== undefined}
                aria-describedby={problem && "problem"}
              />
              {problem && <p id="problem" role="alert">{problem}</p>}
              <button type="submit">{signIn.enter}</button>
            </form>
          )
          : (
            <>
              <p>{state === "known" ? signIn.known : signIn.unneeded}</p>
              <p>
                <a href={to}>{signIn.goOn}</a>
              </p>
              {state === "known" && (
                <form method="post" action="/sign-out">
                  <button type="submit">{signIn.leave}</button>
                </form>
              )}
            </>
          )}
      </main>
    </>
  );
});
