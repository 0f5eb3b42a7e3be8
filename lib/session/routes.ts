import type { ModelLink } from "../realtime/link.ts";
import type { SessionConfig } from "../realtime/events.ts";
import type { RealtimeProvider } from "../realtime/provider.ts";
import type { BrowserFrame, ServerFrame } from "./envelope.ts";
import { openRelay } from "./relay_route.ts";
import { openServerCall } from "./server_route.ts";
import { openAudioSocket } from "./socket_route.ts";

/** The three ways on which a conversation's audio and events can travel. */
export type RouteName = "server" | "ephemeral" | "socket";

/** What a page is told of its way, once it is open. */
export type RouteDetails = Pick<
  Extract<ServerFrame, { type: "ready" }>,
  "handshake" | "transport" | "clientSecret" | "callsUrl" | "model"
>;

/** What a route is built from. */
export interface RouteParts {
  provider: RealtimeProvider;
  model: string;
  /** Fires when this route is not wanted any more. */
  signal: AbortSignal;
  /** The session as it is to be set up at this moment. */
  config: () => SessionConfig;
  /** Tells the page that the way is open. */
  ready: (details: RouteDetails) => void;
  send: (frame: ServerFrame) => void;
  /** The provider has taken the call under this id. */
  called: (callId: string) => void;
  /**
   * The events flow. `guarded` where only Parley may change the session,
   * `forPage` where the page has no events of its own.
   */
  run: (
    link: ModelLink,
    flow?: { guarded?: boolean; forPage?: boolean },
  ) => void;
  /** The call stands: the agent can be heard. */
  stands: () => void;
  /** Tells the page that something could not be had. */
  refuse: (error: unknown) => void;
  /** The call has come to nothing after the page was told of it. */
  lost: (reason: string) => void;
  /** Hears of a call that could not be hung up. */
  notHungUp: (error: unknown) => void;
}

/** One way between page and model. */
export interface Route {
  /** Takes the frames that belong to this way. */
  receive(frame: BrowserFrame): void;
  /** Takes PCM16 audio; false where this way has none. */
  audio?(pcm: ArrayBuffer): boolean;
  /**
   * Leaves the way.
   *
   * @param hangUp False where another process goes on with the call.
   */
  close(hangUp: boolean): Promise<void>;
}

/**
 * Opens a way and tells the page that it is ready.
 *
 * @throws {ProviderError} where the provider says no.
 */
export function openRoute(name: RouteName, parts: RouteParts): Promise<Route> {
  switch (name) {
    case "server":
      return openServerCall(parts);
    case "ephemeral":
      return openRelay(parts);
    case "socket":
      return openAudioSocket(parts);
  }
}
