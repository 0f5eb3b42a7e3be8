import type { SessionConfig } from "../realtime/events.ts";

/** How the person and the agent take turns. */
export interface TurnTaking {
  /** Only what is said while the button is down counts. */
  pushToTalk: boolean;
  /** Whether speaking cuts the agent short. */
  bargeIn: boolean;
}

export const OPEN_MICROPHONE: TurnTaking = { pushToTalk: false, bargeIn: true };

type AudioInput = NonNullable<NonNullable<SessionConfig["audio"]>["input"]>;

/** The session's turn detection for it; null: turns end by hand. */
export function turnDetectionOf(
  { pushToTalk, bargeIn }: TurnTaking,
): AudioInput["turn_detection"] {
  return pushToTalk ? null : {
    type: "server_vad",
    create_response: true,
    interrupt_response: bargeIn,
  };
}
