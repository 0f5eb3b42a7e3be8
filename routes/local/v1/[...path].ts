import { HttpError } from "fresh";
import { define } from "../../../lib/define.ts";
import { LOCAL_BASE } from "../../../lib/local/provider.ts";
import { handlePeerRequest } from "../../../lib/local/requests.ts";

/** The embedded peer's own API, there only while the peer is the provider. */
export const handler = define.handlers((ctx) => {
  const { peer } = ctx.state.services;
  if (peer === undefined) throw new HttpError(404);
  const path = ctx.url.pathname.slice(LOCAL_BASE.length);
  return handlePeerRequest(peer, ctx.req, path, LOCAL_BASE);
});
