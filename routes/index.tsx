import { page } from "fresh";
import { Head } from "fresh/runtime";
import { AgentCard } from "../components/AgentCard.tsx";
import { SiteHeader } from "../components/SiteHeader.tsx";
import { define } from "../lib/define.ts";
import { suggestionsFor } from "../lib/engine/suggestions.ts";
import { clockTime } from "../lib/language/clock_time.ts";
import { VERSION } from "../lib/version.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { services } = ctx.state;
    const { agents, tools, faults } = await services.catalog();
    if (!(ctx.req.headers.get("accept") ?? "").includes("text/html")) {
      return ctx.json({
        message: "Parley is running",
        version: VERSION,
        chat: "/start-chat",
        status: "/api/status",
      });
    }
    return page({
      agents: [...agents].map(([name, agent]) => ({
        name,
        title: agent.title,
        description: agent.description,
        phrase: suggestionsFor(agent, { agents, tools })[0],
      })),
      faults,
      provider: services.provider.title,
      handshake: services.config.handshake,
      sessions: services.sessions.size,
      upMs: Date.now() - services.startedAt,
    });
  },
});

export default define.page<typeof handler>(function Home(
  { data, state: { messages: { home } } },
) {
  return (
    <>
      <Head>
        <title>Parley</title>
      </Head>
      <SiteHeader />
      <main class="home">
        <h1>{home.question}</h1>
        {data.agents.length === 0 && <p>{home.none}</p>}
        <ul class="agents">
          {data.agents.map((agent) => (
            <li key={agent.name}>
              <AgentCard {...agent} />
            </li>
          ))}
        </ul>
        {data.faults.length > 0 && (
          <section class="faults">
            <h2>{home.faults}</h2>
            <ul>
              {data.faults.map(({ file, line, reason }) => (
                <li key={`${file}:${line}:${reason}`}>
                  <code>{file}{line && `:${line}`}</code>: {reason}
                </li>
              ))}
            </ul>
          </section>
        )}
        <section class="server" aria-labelledby="server">
          <h2 id="server">{home.server}</h2>
          <dl>
            {[
              [home.answers, data.provider],
              [
                home.handshake,
                data.handshake === "server"
                  ? home.handshakeServer
                  : home.handshakeEphemeral,
              ],
              [home.conversations, data.sessions],
              [home.uptime, clockTime(data.upMs)],
              [home.version, VERSION],
            ].map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </section>
      </main>
    </>
  );
});
