/**
 * As much may wait for a client to read it, in bytes: twice what is kept for a
 * page that is away and sent at once when it is back.
 */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;

/** Why a conversation ends whose client does not keep up. */
export const TOO_SLOW = "The client does not read what it is sent";

/** Whether a client reads too slowly, or not at all. */
export function isTooSlow(socket: Pick<WebSocket, "bufferedAmount">): boolean {
  return socket.bufferedAmount > MAX_UNREAD_BYTES;
}
