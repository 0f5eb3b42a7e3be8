import type { Log } from "../engine/tool.ts";
import { ProviderError } from "../realtime/provider.ts";
import { Outbox } from "./outbox.ts";
import { StartError } from "./session.ts";

/** The frames on their way to a page, and those that every conversation has. */
export class PageLine extends Outbox {
  error(code: string, message: string, retryable = false): void {
    this.send({ type: "error", code, message, retryable });
  }

  /** Tells the page why something could not be had, and the log. */
  refuse(error: unknown, log: Log): void {
    if (error instanceof StartError || error instanceof ProviderError) {
      log.warn("A conversation could not begin", {
        code: error.code,
        error: error.message,
      });
      return this.error(error.code, error.message, error.retryable);
    }
    log.error("A conversation could not begin", {
      error: error instanceof Error ? error.stack : String(error),
    });
    this.error(
      "internal_error",
      "Something went wrong on the server. Its log says more.",
    );
  }

  /** @param seconds How long the conversation can go on. */
  limitNear(seconds: number): void {
    this.send({
      type: "notice",
      code: "session_limit_near",
      message: `This conversation can go on for another ${seconds} seconds.`,
      seconds,
    });
  }

  serverStopping(): void {
    this.send({
      type: "notice",
      code: "server_stopping",
      message:
        "The server is being restarted. The conversation goes on in a moment.",
    });
  }
}
