import { define } from "../../../lib/define.ts";
import { exportLines } from "../../../lib/store/export.ts";

export const handler = define.handlers({
  /** Everything that is kept, as NDJSON: a conversation with its turns a line. */
  async GET(ctx) {
    const { store, log } = ctx.state.services;
    const lines = exportLines(await store());
    // What fails before the first line is an answer of its own.
    const first = await lines.next();
    const all = async function* () {
      if (first.done) return;
      yield first.value;
      try {
        yield* lines;
      } catch (error) {
        log.error("The export of past conversations broke off", {
          error: String(error),
        });
        throw error;
      }
    };
    return new Response(
      ReadableStream.from(all()).pipeThrough(new TextEncoderStream()),
      {
        headers: {
          "content-type": "application/x-ndjson",
          "content-disposition": 'attachment; filename="conversations.ndjson"',
        },
      },
    );
  },
});
