import { SUBPROTOCOL } from "../session/envelope.ts";
import type { Microphone } from "./microphone.ts";
import { type Handshake, OfferingPeer } from "./offering_peer.ts";

/**
 * What a conversation can have ready before it begins: an offer that nobody has
 * got, and a WebSocket on which nothing is said yet. Nobody is called by it, and
 * no microphone opened.
 */
export class Preparation {
  #socket: WebSocket | undefined;
  /** Undefined where the audio does not go over WebRTC. */
  readonly peer: OfferingPeer | undefined;
  /** How to begin, once that is known: then a press sends the start at once. */
  known: Opening | undefined;
  readonly #opening: Promise<Opening>;

  /** @param handshake Undefined where the audio does not go over WebRTC. */
  constructor(
    handshake: Handshake | undefined,
    microphone: Pick<Microphone, "isGranted">,
  ) {
    this.peer = handshake && new OfferingPeer(handshake);
    this.#opening = this.#open(microphone);
    // Whoever needs it hears of what went wrong.
    this.#opening.catch(() => {});
  }

  /** How to begin, when that is known. */
  get opening(): Promise<Opening> {
    return this.#opening;
  }

  /** To the server; opened by whoever asks for it first. */
  connect(): WebSocket {
    return this.#socket ??= openSessionSocket();
  }

  /** Gives everything back. */
  close(): void {
    this.#socket?.close();
    this.peer?.close();
  }

  async #open(
    microphone: Pick<Microphone, "isGranted">,
  ): Promise<Opening> {
    const granted = await microphone.isGranted();
    // Whom the browser is about to ask is not to be spoken to meanwhile.
    const offer = granted && this.peer?.handshake === "server"
      ? await this.peer.offer
      : undefined;
    return this.known = { granted, offer };
  }
}

/** How a conversation can begin. */
export interface Opening {
  /** Whether the microphone is the page's without a question. */
  granted: boolean;
  /** What goes with the start frame, where the call can be made at once. */
  offer: string | undefined;
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
