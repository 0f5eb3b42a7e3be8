// @ts-types="npm:@types/ws@8.18.2"
import { WebSocket as NodeSocket } from "ws";
import { type Retries, retrying } from "./retries.ts";
import { SocketLink, type SocketLinkOptions } from "./socket_link.ts";

/** A WebSocket that never opened. */
export class HandshakeError extends Error {
  override name = "HandshakeError";

  /** @param status The HTTP status, where there was an answer. */
  constructor(message: string, readonly status?: number) {
    super(message);
  }
}

/** How to open a WebSocket to a realtime peer. */
export interface Dialling extends Retries {
  headers: Record<string, string>;
  /** How long it may take, all retries included; ms. */
  withinMs: number;
  /** Whether to try again; `status` is undefined where nobody answered. */
  again: (status: number | undefined) => boolean;
  link?: SocketLinkOptions;
}

/**
 * Opens a WebSocket, again and again within bounds.
 *
 * @throws {HandshakeError} of the last attempt; or the signal's reason.
 */
export async function dial(
  url: URL,
  signal: AbortSignal,
  options: Dialling,
): Promise<SocketLink> {
  const { clock, withinMs, again } = options;
  let failure = new HandshakeError(`Nobody answered within ${withinMs} ms`);
  const deadline = new AbortController();
  const timer = clock.after(withinMs, () => deadline.abort());
  const either = AbortSignal.any([signal, deadline.signal]);
  try {
    return await retrying(
      () => shakeHands(url, either, options),
      (error) => {
        if (!(error instanceof HandshakeError)) return undefined;
        failure = error;
        return again(error.status) ? 0 : undefined;
      },
      either,
      options,
    );
  } catch (error) {
    signal.throwIfAborted();
    throw deadline.signal.aborted ? failure : error;
  } finally {
    clock.clear(timer);
  }
}

/** Gives the system a frame in one piece; `ws` writes a string's head before it. */
class DialledSocket extends NodeSocket {
  override send(text: string): void {
    super.send(ENCODER.encode(text), { binary: false });
  }
}

const ENCODER = new TextEncoder();

function shakeHands(
  url: URL,
  signal: AbortSignal,
  { headers, link: options }: Dialling,
): Promise<SocketLink> {
  signal.throwIfAborted();
  // Deno's own keeps a small frame back until the one before it has arrived
  // (Nagle's algorithm): a `response.create` behind an output would take another
  // way there and back.
  const socket = new DialledSocket(url, { headers, perMessageDeflate: false });
  // At once, so that nothing is missed that comes right behind the handshake.
  const link = new SocketLink(socket as unknown as WebSocket, options);
  return new Promise((resolve, reject) => {
    const stop = () => {
      socket.terminate();
      reject(signal.reason);
    };
    const settled = () => signal.removeEventListener("abort", stop);
    signal.addEventListener("abort", stop, { once: true });
    socket.addEventListener("open", () => {
      settled();
      resolve(link);
    });
    socket.addEventListener("error", ({ message }) => {
      settled();
      // The status is told nowhere but in the message.
      const status = /server response: (\d{3})/.exec(message)?.[1];
      reject(
        new HandshakeError(
          `The WebSocket did not open: ${message}`,
          status === undefined ? undefined : Number(status),
        ),
      );
    });
  });
}
