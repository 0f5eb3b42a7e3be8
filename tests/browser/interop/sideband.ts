/** A second connection to a call, as a server of somebody's would hold. */
export interface Sideband {
  /** Settles when the peer has ended the call, with the reason it gives. */
  ended: Promise<string>;
}

/**
 * Joins a running call by its id.
 *
 * @param calls Where the peer takes calls: `…/realtime/calls`.
 * @throws when the peer knows no such call.
 */
export async function joinCall(
  calls: string,
  callId: string,
): Promise<Sideband> {
  const url = new URL(calls.replace(/\/calls$/, "").replace(/^http/, "ws"));
  url.searchParams.set("call_id", callId);
  const headers = { authorization: "Bearer any-key" };
  // Deno's second argument is more than the DOM's type for it says.
  const socket = new WebSocket(url, { headers } as unknown as string[]);
  const ended = Promise.withResolvers<string>();
  socket.addEventListener("close", ({ reason }) => ended.resolve(reason));
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener(
      "error",
      () => reject(new Error(`The peer knows no call ${callId}`)),
    );
  });
  return { ended: ended.promise };
}
