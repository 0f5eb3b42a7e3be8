import { HttpError, page } from "fresh";
import { Head } from "fresh/runtime";
import { SiteHeader } from "../components/SiteHeader.tsx";
import { Styles } from "../components/Styles.tsx";
import { ConversationPanel } from "../islands/Conversation.tsx";
import { define } from "../lib/define.ts";
import { suggestionsFor } from "../lib/engine/suggestions.ts";
import { findAgent, StartError } from "../lib/session/session.ts";

const STYLES = [
  "conversation",
  "visualiser",
  "controls",
  "transcript",
  "developer",
];

export const handler = define.handlers({
  async GET(ctx) {
    const asked = ctx.url.searchParams.get("agent") ?? undefined;
    try {
      const { name, agent, company } = await findAgent(
        ctx.state.services,
        asked,
      );
      return page({
        name,
        title: agent.title,
        suggestions: suggestionsFor(agent, company),
        agents: [...company.agents].map(([name, { title }]) => ({
          name,
          title,
        })),
        handshake: ctx.state.services.config.handshake,
        transport: ctx.url.searchParams.get("transport") === "socket"
          ? "socket" as const
          : "webrtc" as const,
      });
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      throw new HttpError(404, error.message);
    }
  },
});

export default define.page<typeof handler>(function StartChat(
  { data, state: { language, messages } },
) {
  const { control } = messages;
  return (
    <>
      <Head>
        <title>{data.title} · Parley</title>
        <Styles names={STYLES} />
      </Head>
      <SiteHeader title={data.title} />
      <main>
        <nav class="tabs" aria-label={control.agents}>
          {data.agents.map(({ name, title }) => (
            <a
              key={name}
              href={`/start-chat?agent=${encodeURIComponent(name)}`}
              aria-current={name === data.name ? "page" : undefined}
            >
              {title}
            </a>
          ))}
        </nav>
        <noscript>
          <p class="problem">{control.needsScript}</p>
        </noscript>
        <ConversationPanel
          agent={data.name}
          title={data.title}
          suggestions={data.suggestions}
          transport={data.transport}
          handshake={data.handshake}
          language={language}
          messages={messages}
        />
      </main>
    </>
  );
});
