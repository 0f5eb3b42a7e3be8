import { HttpError } from "fresh";
import { define } from "../../../lib/define.ts";
import { cursorOf, positionOf } from "../../../lib/store/cursor.ts";

export const handler = define.handlers({
  /** `{conversations, cursor?}`, the newest first; the cursor asks for the next ones. */
  async GET(ctx) {
    const cursor = ctx.url.searchParams.get("cursor");
    const before = positionOf(cursor ?? "");
    if (cursor !== null && before === undefined) {
      throw new HttpError(
        400,
        `cursor=${
          cursor.slice(0, 64)
        } is none of this list's: leave it out to have the newest conversations`,
      );
    }
    const store = await ctx.state.services.store();
    const { conversations, next } = await store.list(before);
    return ctx.json({ conversations, cursor: next && cursorOf(next) });
  },
});
