import { HttpError } from "fresh";
import { define } from "../../../lib/define.ts";

export const handler = define.handlers({
  /** The header's fields and the turns. */
  async GET(ctx) {
    const { id = "" } = ctx.params;
    const conversation = await (await ctx.state.services.store()).get(id);
    if (conversation === undefined) throw unknown(id);
    return ctx.json(conversation);
  },

  async DELETE(ctx) {
    const { id = "" } = ctx.params;
    const deleted = await (await ctx.state.services.store()).delete(id);
    if (!deleted) throw unknown(id);
    return new Response(null, { status: 204 });
  },
});

function unknown(id: string): HttpError {
  return new HttpError(
    404,
    `There is no conversation '${
      id.slice(0, 64)
    }': GET /api/conversations lists those there are`,
  );
}
