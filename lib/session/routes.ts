import type { AgentLoop } from "../engine/agent_loop.ts";
import type { ModelLink } from "../realtime/link.ts";
import type { SessionConfig } from "../realtime/events.ts";
import type { RealtimeProvider } from "../realtime/provider.ts";
import type { BrowserFrame, ServerFrame } from "./envelope.ts";
import { openRelay } from "./relay_route.ts";
import { openServerCall } from "./server_route.ts";
import type { Session } from "./session.ts";
import { openAudioSocket } from "./socket_route.ts";

/** The three ways on which a conversation's audio and events can travel. */
export type RouteName = "server" | "ephemeral" | "socket";

/** What a page is told of its way, once it is open. */
export type ReadyDetails = Omit<
  Extract<ServerFrame, { type: "ready" }>,
  "type" | "sessionId" | "agent" | "resumeToken" | "resumed"
>;

/** What a route is built from. */
export interface RouteParts {
  session: Session;
  provider: RealtimeProvider;
  model: string;
  /** Fires when the conversation is over. */
  signal: AbortSignal;
  /** The session as it is to be set up at this moment. */
  config: () => SessionConfig;
  /** Tells the page that the way is open; all but the secret again when it comes back. */
  ready: (details: ReadyDetails) => void;
  send: (frame: ServerFrame) => void;
  /** Starts the agent loop; `guarded` where only Parley may change the session. */
  run: (link: ModelLink, options?: { guarded?: boolean }) => AgentLoop;
  /** Tells the page that something could not be had. */
  refuse: (error: unknown) => void;
  /** The model is gone: ends the conversation. */
  lost: (reason: string) => void;
}

/** One conversation's way between browser and model, as the host sees it. */
export interface Route {
  /** Takes the frames that belong to this way. */
  receive(frame: BrowserFrame): void;
  /** Takes PCM16 audio; false where this way has none. */
  audio?(pcm: ArrayBuffer): boolean;
  close(): Promise<void>;
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
