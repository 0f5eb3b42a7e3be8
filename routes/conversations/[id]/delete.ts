import { define } from "../../../lib/define.ts";

export const handler = define.handlers({
  /** What a form without script can do: gone is gone, however often it is sent. */
  async POST(ctx) {
    const store = await ctx.state.services.store();
    await store.delete(ctx.params.id ?? "");
    return ctx.redirect("/conversations", 303);
  },
});
