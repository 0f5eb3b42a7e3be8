import { page } from "fresh";
import { asset, Head } from "fresh/runtime";
import { ConversationList } from "../../components/ConversationList.tsx";
import { SiteHeader } from "../../components/SiteHeader.tsx";
import { define } from "../../lib/define.ts";
import { cursorOf, positionOf } from "../../lib/store/cursor.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const store = await ctx.state.services.store();
    // A cursor that can't be read is as good as none.
    const before = positionOf(ctx.url.searchParams.get("cursor") ?? "");
    const { conversations, next } = await store.list(before);
    const { sessions } = ctx.state.services;
    return page({
      conversations: conversations.map((header) => ({
        header,
        goesOn: sessions.has(header.id),
      })),
      older: next && cursorOf(next),
      isFirst: before === undefined,
    });
  },
});

export default define.page<typeof handler>(function PastConversations(
  { data, state: { language, messages: { site, past } } },
) {
  const { conversations, older, isFirst } = data;
  return (
    <>
      <Head>
        <title>{site.past} · Parley</title>
        <link key="past" rel="stylesheet" href={asset("/past.css")} />
      </Head>
      <SiteHeader />
      <main class="past">
        <h1>{site.past}</h1>
        {conversations.length > 0
          ? (
            <ConversationList
              conversations={conversations}
              language={language}
            />
          )
          : (
            <p>
              {past.none} <a href="/start-chat">{past.begin}</a>
            </p>
          )}
        {(older !== undefined || !isFirst) && (
          <nav class="pages" aria-label={past.pages}>
            {!isFirst && <a href="/conversations">{past.newest}</a>}
            {older !== undefined && (
              <a rel="next" href={`/conversations?cursor=${older}`}>
                {past.older}
              </a>
            )}
          </nav>
        )}
        {conversations.length > 0 && (
          <p>
            <a href="/api/conversations/export">{past.exportAll}</a>
          </p>
        )}
      </main>
    </>
  );
});
