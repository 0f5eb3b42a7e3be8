import type { RealtimeClientEvent } from "../realtime/events.ts";
import { RelayLink } from "./relay_link.ts";
import type { Route, RouteParts } from "./routes.ts";

/**
 * Handshake `ephemeral`: the browser makes its own call with a client secret and
 * relays the events between its data channel and the agent loop.
 */
export async function openRelay(parts: RouteParts): Promise<Route> {
  const { provider, signal, config, ready, run, stands } = parts;
  const secret = await provider.mintClientSecret(config(), signal);
  ready({
    handshake: "ephemeral",
    transport: "webrtc",
    clientSecret: secret.value,
    callsUrl: provider.callsUrl,
    model: parts.model,
  });
  const { link, route } = relay(parts);
  run(link);
  // What is said before the channel opens waits in the browser.
  stands();
  return route;
}

/** Goes on with a call that the browser holds: another process has seen it begin. */
export function rejoinRelay(parts: RouteParts): Route {
  const { link, route } = relay(parts);
  parts.run(link);
  return route;
}

function relay({ send }: RouteParts): { link: RelayLink; route: Route } {
  const link = new RelayLink(
    (event: RealtimeClientEvent) => send({ type: "send", event: { ...event } }),
    { seesResponses: true },
  );
  return {
    link,
    route: {
      receive(frame) {
        if (frame.type === "event") link.relayed(frame.event);
      },
      close: () => link.close(),
    },
  };
}
