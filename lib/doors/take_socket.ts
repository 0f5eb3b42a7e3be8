import type { Services } from "../services.ts";
import { type TooMany, Visit } from "./visits.ts";

/** A WebSocket that was let in. */
export interface TakenSocket {
  visit: Visit;
  socket: WebSocket;
  /** What the handler has to return. */
  response: Response;
}

/**
 * Makes a WebSocket of a request within the limits that hold for its client; the
 * answer is a refusal where it can't be: 429, or 400 for a broken handshake.
 *
 * @param options.begins Whether the WebSocket alone begins a conversation.
 */
export function takeSocket(
  request: Request,
  { doors }: Pick<Services, "doors">,
  client: string,
  { protocol, begins = false }: { protocol?: string; begins?: boolean },
): TakenSocket | Response {
  const refuse = ({ code, message, retryAfterSeconds }: TooMany) => {
    doors.refused(client, code);
    return Response.json({ error: message }, {
      status: 429,
      headers: { "retry-after": String(retryAfterSeconds) },
    });
  };
  const visit = doors.visits.enter(client);
  if (!(visit instanceof Visit)) return refuse(visit);
  const tooMany = begins ? visit.begin() : undefined;
  if (tooMany !== undefined) {
    visit.leave();
    return refuse(tooMany);
  }
  try {
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol });
    socket.addEventListener("close", () => visit.leave());
    return { visit, socket, response };
  } catch (error) {
    visit.leave();
    if (!(error instanceof TypeError)) throw error;
    return Response.json({
      error: `The WebSocket can't be opened: ${error.message}`,
    }, { status: 400 });
  }
}
