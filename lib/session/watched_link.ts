import type { RealtimeServerEvent } from "../realtime/events.ts";
import type { ModelLink } from "../realtime/link.ts";
import { isForPage } from "./report.ts";

/**
 * A link whose events pass a page on their way to the agent loop: the page sees
 * those it may see, and hears when the model ends the link.
 */
export function watchedLink(
  link: ModelLink,
  watch: {
    forPage: (event: RealtimeServerEvent) => void;
    /** The link ended, and not because Parley closed it. */
    ended: () => void;
  },
): ModelLink {
  let closing = false;
  async function* events(): AsyncGenerator<RealtimeServerEvent> {
    try {
      for await (const event of link.events) {
        if (isForPage(event)) watch.forPage(event);
        yield event;
      }
    } finally {
      if (!closing) watch.ended();
    }
  }
  return {
    events: events(),
    seesResponses: link.seesResponses,
    send: (event) => link.send(event),
    close: (reason) => {
      closing = true;
      return link.close(reason);
    },
  };
}
