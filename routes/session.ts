import { systemClock } from "../lib/clock.ts";
import { define } from "../lib/define.ts";
import { hostAg2Session } from "../lib/session/ag2.ts";
import { SUBPROTOCOL } from "../lib/session/envelope.ts";
import { hostSession } from "../lib/session/page_socket.ts";
import { servicesFor } from "../lib/services.ts";

export const handler = define.handlers({
  GET(ctx) {
    const { req, url, state } = ctx;
    // The guard has let nobody through without one.
    const { id } = state.identity!;
    const services = servicesFor(state.services, id);
    if (req.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      return ctx.json({
        error:
          `This address is a WebSocket: connect with the subprotocol ${SUBPROTOCOL}, or with none for AG2's wire`,
      }, { status: 426, headers: { upgrade: "websocket" } });
    }
    const refusal = services.drain.refuse();
    if (refusal !== undefined) return refusal;
    const offered = (req.headers.get("sec-websocket-protocol") ?? "")
      .split(",").map((name) => name.trim()).filter((name) => name !== "");
    if (offered.length === 0) {
      const agent = url.searchParams.get("agent") ?? undefined;
      return hostAg2Session(req, agent, services, id);
    }
    if (!offered.includes(SUBPROTOCOL)) {
      return ctx.json({
        error: `The subprotocol '${
          offered.join(", ")
        }' is not spoken here; ${SUBPROTOCOL} is`,
      }, { status: 400 });
    }
    return hostSession(req, services, systemClock, id);
  },
});
