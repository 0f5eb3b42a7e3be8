import type { RealtimeClientEvent } from "../realtime/events.ts";
import { RelayLink } from "./relay_link.ts";
import { readyFrame, type Route, type RouteParts } from "./routes.ts";

/**
 * Handshake `ephemeral`: the browser makes its own call with a client secret and
 * relays the events between its data channel and the agent loop.
 */
export async function openRelay(parts: RouteParts): Promise<Route> {
  const { session, provider, signal, send } = parts;
  const secret = await provider.mintClientSecret(session.config, signal);
  send({
    ...readyFrame(parts),
    handshake: "ephemeral",
    transport: "webrtc",
    clientSecret: secret.value,
    callsUrl: provider.callsUrl,
    model: parts.model,
  });
  const link = new RelayLink(
    (event: RealtimeClientEvent) => send({ type: "send", event: { ...event } }),
    { seesResponses: true },
  );
  // What is said before the channel opens waits in the browser.
  parts.run(link).greet();
  return {
    graceMs: 0,
    receive(frame) {
      if (frame.type === "event") link.relayed(frame.event);
    },
    close: () => link.close(),
  };
}
