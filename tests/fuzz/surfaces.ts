import { ag2Messages, ag2MessagesOverNetwork } from "./ag2_messages.ts";
import { offers } from "./offers.ts";
import {
  callersPackets,
  insidersPackets,
  strangersPackets,
} from "./packets.ts";
import { pageFrames, pageFramesOverNetwork } from "./page_frames.ts";
import { peerEvents } from "./peer_events.ts";
import { peerRequests } from "./peer_requests.ts";
import {
  peerEventsOverNetwork,
  peerRequestsOverNetwork,
} from "./peer_server.ts";
import { relayedEvents } from "./relayed_events.ts";
import { settings } from "./settings.ts";
import type { Surface } from "./surface.ts";

/** Every place where strangers' input comes in; their shares come to 100. */
// deno-lint-ignore no-explicit-any
export const SURFACES: readonly Surface<any>[] = [
  pageFrames,
  ag2Messages,
  relayedEvents,
  peerRequests,
  peerEvents,
  offers,
  settings,
  strangersPackets,
  insidersPackets,
  callersPackets,
  pageFramesOverNetwork,
  ag2MessagesOverNetwork,
  peerRequestsOverNetwork,
  peerEventsOverNetwork,
];
