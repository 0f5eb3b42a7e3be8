import { page } from "fresh";
import { Head } from "fresh/runtime";
import { AgentCard } from "../components/AgentCard.tsx";
import { SiteHeader } from "../components/SiteHeader.tsx";
import { define } from "../lib/define.ts";
import { VERSION } from "../lib/version.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { services } = ctx.state;
    const { agents, faults } = await services.catalog();
    if (!(ctx.req.headers.get("accept") ?? "").includes("text/html")) {
      return ctx.json({
        message: "Parley is running",
        version: VERSION,
        chat: "/start-chat",
        status: "/api/status",
      });
    }
    return page({
      agents: [...agents].map(([name, { title, description }]) => ({
        name,
        title,
        description,
      })),
      faults,
      provider: services.provider.title,
      sessions: services.sessions.size,
    });
  },
});

export default define.page<typeof handler>(function Home({ data }) {
  return (
    <>
      <Head>
        <title>Parley</title>
      </Head>
      <SiteHeader />
      <main class="home">
        <h1>Who would you like to talk to?</h1>
        <ul class="agents">
          {data.agents.map((agent) => (
            <li key={agent.name}>
              <AgentCard {...agent} />
            </li>
          ))}
        </ul>
        {data.faults.length > 0 && (
          <section class="faults">
            <h2>Faults</h2>
            <ul>
              {data.faults.map(({ file, line, reason }) => (
                <li key={`${file}:${line}:${reason}`}>
                  <code>{file}{line && `:${line}`}</code>: {reason}
                </li>
              ))}
            </ul>
          </section>
        )}
        <p class="server">
          {data.provider} answers · {data.sessions}{" "}
          {data.sessions === 1 ? "conversation" : "conversations"} going on
        </p>
      </main>
    </>
  );
});
