import { AG2_RATE, BAD_FRAMES, FrameDoor } from "../doors/frame_door.ts";
import { isTooSlow, TOO_SLOW } from "../doors/slow_client.ts";
import { takeSocket } from "../doors/take_socket.ts";
import type { AgentLoop } from "../engine/agent_loop.ts";
import type { RealtimeClientEvent } from "../realtime/events.ts";
import { ProviderError } from "../realtime/provider.ts";
import type { Services } from "../services.ts";
import { MAX_FRAME_CHARACTERS } from "./envelope.ts";
import { RelayLink } from "./relay_link.ts";
import { isUsable } from "./relayed_event.ts";
import { findAgent, Session, StartError } from "./session.ts";

/** A reason in a close frame has at most 123 bytes (RFC 6455, section 5.5). */
const MAX_REASON_BYTES = 123;

/**
 * Serves `/session` without a subprotocol: the wire of AG2's browser client. The
 * first message is `ag2.init` with the client secret and what to send when the
 * channel opens; every later one is an event for the data channel.
 *
 * @param client Whose limits hold.
 */
export async function hostAg2Session(
  request: Request,
  agentName: string | undefined,
  services: Services,
  client = "unnamed",
): Promise<Response> {
  let cast;
  try {
    cast = await findAgent(services, agentName);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    return Response.json({ error: error.message }, { status: 404 });
  }
  const taken = takeSocket(request, services, client, { begins: true });
  if (taken instanceof Response) return taken;
  const { socket, response, visit } = taken;
  const door = new FrameDoor(services.log, services.doors.clock, AG2_RATE);
  const abort = new AbortController();
  /** What is said before the browser has the secret goes along with it. */
  const init: RealtimeClientEvent[] = [];
  let introduced = false;
  const link = new RelayLink((event) => {
    if (!introduced) init.push(event);
    else sendInTime(event);
  }, { seesResponses: false });
  let session: Session | undefined;
  let loop: AgentLoop | undefined;
  const leave = async (code: string, reason: string) => {
    abort.abort();
    visit.end();
    loop?.endsBecause(code, reason);
    session?.release();
    socket.close(1000, reason);
    await link.close();
  };
  const shutOut = (code: string, reason: string) => {
    services.log.warn("A client was shut out", { code, reason });
    return leave(code, reason);
  };
  const sendInTime = (message: unknown) => {
    if (abort.signal.aborted) return;
    send(socket, message);
    if (isTooSlow(socket)) void shutOut("too_slow", TOO_SLOW);
  };

  socket.addEventListener("open", async () => {
    try {
      session = new Session(
        services,
        cast,
        { end: (reason) => leave("server_stopping", reason) },
      );
      // This wire has no word for an end: closing is how a page ends it.
      socket.addEventListener(
        "close",
        () => leave("stopped", "The browser ended the conversation"),
      );
      const secret = await services.provider.mintClientSecret(
        session.config(),
        abort.signal,
      );
      if (abort.signal.aborted) return;
      loop = session.run(link);
      loop.greet();
      send(socket, {
        type: "ag2.init",
        config: {
          model: services.config.model,
          client_secret: { value: secret.value, expires_at: secret.expiresAt },
        },
        init,
      });
      introduced = true;
    } catch (error) {
      session?.release();
      visit.end();
      if (abort.signal.aborted) return;
      const known = error instanceof StartError ||
        error instanceof ProviderError;
      services.log.warn("A conversation could not begin", {
        error: String(error),
      });
      socket.close(
        1011,
        closeReason(known ? error.message : "Something went wrong"),
      );
    }
  });
  socket.addEventListener("message", ({ data }) => {
    if (abort.signal.aborted) return;
    const refusal = door.check(data);
    const event = refusal === undefined ? eventIn(data) : undefined;
    if (event !== undefined && isUsable(event)) return link.relayed(event);
    // This wire has a form for errors: the model's own event.
    sendInTime({
      type: "error",
      error: {
        type: "invalid_request_error",
        code: refusal?.code ?? "invalid_value",
        message: refusal?.message ??
          (event === undefined
            ? "Expected the JSON of a realtime event"
            : "The event lacks a field, or has another kind of value in it"),
      },
    });
    // A model may learn to say things in another way: no fault of the client's.
    if (event !== undefined) return;
    if (door.refuse(refusal?.code ?? "bad_frame")) {
      void shutOut("bad_frames", BAD_FRAMES);
    }
  });
  return response;
}

function eventIn(data: unknown): { type: string } | undefined {
  if (typeof data !== "string" || data.length > MAX_FRAME_CHARACTERS) {
    return undefined;
  }
  try {
    const value = JSON.parse(data);
    return typeof value?.type === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

function send(socket: WebSocket, message: unknown): void {
  if (socket.readyState === WebSocket.OPEN) {
    socket.send(JSON.stringify(message));
  }
}

/** Cut to what a close frame holds, at a character's edge. */
function closeReason(reason: string): string {
  const { read } = new TextEncoder().encodeInto(
    reason,
    new Uint8Array(MAX_REASON_BYTES),
  );
  return reason.slice(0, read);
}
