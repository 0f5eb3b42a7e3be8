import { HttpError } from "fresh";
import { define } from "../../../lib/define.ts";

const REASONS: Record<number, string> = {
  404: "There is nothing here for this method: use GET, or DELETE with an id",
};

/** Errors as JSON, since programs read them. */
export const handler = define.handlers((ctx) => {
  const { error } = ctx;
  const status = error instanceof HttpError ? error.status : 500;
  if (!(error instanceof HttpError)) {
    ctx.state.services.log.error("Past conversations could not be reached", {
      error: error instanceof Error ? error.stack : String(error),
    });
  }
  const message = error instanceof HttpError ? error.message : "";
  return ctx.json({
    error: message || REASONS[status] ||
      "Something went wrong on the server. Its log says more.",
  }, { status });
});
