import { useEffect, useRef } from "preact/hooks";
import { Announcements } from "../lib/client/announcements.ts";
import { useMessages } from "../lib/language/context.ts";
import type { Turn } from "../lib/realtime/turns.ts";

/** Where a screen reader hears of finished turns. */
export function Announcer(
  { turns, agent }: { turns: readonly Turn[]; agent: string },
) {
  const messages = useMessages();
  const region = useRef<HTMLDivElement>(null);
  const announcements = useRef(new Announcements());
  useEffect(() => {
    const news = announcements.current.next(turns, agent, messages);
    if (news.length === 0) return;
    // One node each: what was said before is not read out again.
    region.current!.replaceChildren(...news.map((sentence) => {
      const line = document.createElement("p");
      line.textContent = sentence;
      return line;
    }));
  }, [turns]);
  return <div ref={region} class="unseen announcer" aria-live="polite" />;
}
