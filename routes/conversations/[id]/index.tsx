import { HttpError, page } from "fresh";
import { asset, Head } from "fresh/runtime";
import { ConversationFacts } from "../../../components/ConversationFacts.tsx";
import { ConversationUsage } from "../../../components/ConversationUsage.tsx";
import { ConversationDelete } from "../../../components/ConversationDelete.tsx";
import { SiteHeader } from "../../../components/SiteHeader.tsx";
import { Transcript } from "../../../components/Transcript.tsx";
import { define } from "../../../lib/define.ts";
import { fill } from "../../../lib/language/messages.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { services, messages } = ctx.state;
    const { id = "" } = ctx.params;
    const conversation = await (await services.store()).get(id);
    if (conversation === undefined) {
      throw new HttpError(
        404,
        fill(messages.past.unknown, { id: id.slice(0, 64) }),
      );
    }
    return page({ conversation, goesOn: services.sessions.has(id) });
  },
});

export default define.page<typeof handler>(function PastConversation(
  { data: { conversation, goesOn }, state: { language, messages } },
) {
  const { site, past } = messages;
  const { id, agent, turns, usage } = conversation;
  const title = fill(past.with, { agent: agent.title });
  return (
    <>
      <Head>
        <title>{title} · Parley</title>
        {["transcript", "past"].map((name) => (
          <link key={name} rel="stylesheet" href={asset(`/${name}.css`)} />
        ))}
      </Head>
      <SiteHeader />
      <main class="past">
        <p class="back">
          <a href="/conversations">{site.past}</a>
        </p>
        <h1>{title}</h1>
        <ConversationFacts
          header={conversation}
          goesOn={goesOn}
          language={language}
        />
        <section aria-labelledby="said">
          <h2 id="said">{past.said}</h2>
          {turns.length > 0
            ? <Transcript turns={turns} agent={agent.title} />
            : <p>{past.nothingSaid}</p>}
        </section>
        <ConversationUsage usage={usage} language={language} />
        <p>
          <a href={`/api/conversations/${id}`}>{past.asJson}</a>
        </p>
        <ConversationDelete id={id} />
      </main>
    </>
  );
});
