import { HttpError } from "fresh";
import { define } from "../../../lib/define.ts";
import { checkPeerCaller } from "../../../lib/doors/peer_door.ts";
import { HttpRefusal, refuse } from "../../../lib/local/http.ts";
import { LOCAL_BASE } from "../../../lib/local/provider.ts";
import { handlePeerRequest } from "../../../lib/local/requests.ts";

/** The embedded peer's own API, there only while the peer is the provider. */
export const handler = define.handlers(async (ctx) => {
  const { services: { peer, config, doors }, caller } = ctx.state;
  if (peer === undefined) throw new HttpError(404);
  try {
    await checkPeerCaller(ctx.req, caller, config, doors);
  } catch (error) {
    if (!(error instanceof HttpRefusal)) throw error;
    return refuse(error);
  }
  const path = ctx.url.pathname.slice(LOCAL_BASE.length);
  return await handlePeerRequest(peer, ctx.req, path, LOCAL_BASE);
});
