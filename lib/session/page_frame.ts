import type { TurnTaking } from "../engine/turn_taking.ts";
import type { Calls } from "./calls.ts";
import type { BrowserFrame } from "./envelope.ts";
import type { PageLine } from "./page_line.ts";

export interface PageFrameParts {
  /** Undefined while the conversation is about to begin. */
  calls: Calls | undefined;
  turnTaking: TurnTaking;
  page: PageLine;
}

/** Does what a page asks for in its conversation, or tells it why that can't be. */
export function takeFrame(
  frame: BrowserFrame,
  { calls, turnTaking, page }: PageFrameParts,
): void {
  if (!calls?.open) {
    page.error(
      "not_started",
      `The conversation is about to begin: wait for "ready" before "${frame.type}"`,
    );
    return;
  }
  switch (frame.type) {
    case "text":
      calls.text(frame.text);
      break;
    case "interrupt":
      calls.loop?.interrupt();
      break;
    case "talk":
      if (turnTaking.pushToTalk) calls.loop?.talk(frame.down);
      else {
        page.error(
          "not_push_to_talk",
          `The microphone is open: send "turn_taking" with pushToTalk before "talk"`,
        );
      }
      break;
    case "approval":
      if (!calls.loop?.approve(frame.callId, frame.approve)) {
        page.error(
          "nothing_to_approve",
          "This call does not wait for approval any more",
        );
      }
      break;
    default:
      calls.receive(frame);
  }
}
