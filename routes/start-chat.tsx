import { HttpError, page } from "fresh";
import { asset, Head } from "fresh/runtime";
import { SiteHeader } from "../components/SiteHeader.tsx";
import { ConversationPanel } from "../islands/Conversation.tsx";
import { define } from "../lib/define.ts";
import { suggestionsFor } from "../lib/engine/suggestions.ts";
import { findAgent, StartError } from "../lib/session/session.ts";

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

export default define.page<typeof handler>(function StartChat({ data }) {
  return (
    <>
      <Head>
        <title>{data.title} · Parley</title>
        {/* The keys keep them from taking the place of one another. */}
        {["conversation", "transcript"].map((name) => (
          <link key={name} rel="stylesheet" href={asset(`/${name}.css`)} />
        ))}
      </Head>
      <SiteHeader title={data.title} />
      <main>
        <ConversationPanel
          agent={data.name}
          title={data.title}
          suggestions={data.suggestions}
          transport={data.transport}
        />
      </main>
    </>
  );
});
