import { SUBPROTOCOL } from "../session/envelope.ts";
import { type Handshake, OfferingPeer } from "./offering_peer.ts";

/**
 * What a conversation can have ready before it begins: a WebSocket on which
 * nothing is said yet, and an offer that nobody has got. Nobody is called by it,
 * and no microphone opened.
 */
export class Preparation {
  readonly socket = openSessionSocket();
  /** Undefined where the audio does not go over WebRTC. */
  readonly peer: OfferingPeer | undefined;

  constructor(handshake: Handshake | undefined) {
    this.peer = handshake && new OfferingPeer(handshake);
  }

  /** Gives everything back. */
  close(): void {
    this.socket.close();
    this.peer?.close();
  }
}

/** A new WebSocket to the server's `/session`. */
export function openSessionSocket(
  url: URL = sessionUrl(),
): WebSocket {
  return new WebSocket(url, SUBPROTOCOL);
}

/** Where the page's own server has `/session`. */
export function sessionUrl(): URL {
  const url = new URL("/session", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  return url;
}
