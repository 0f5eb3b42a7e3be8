import type { RealtimeServerEvent } from "./events.ts";

/** Who is at it. */
export type Activity = "listening" | "thinking" | "speaking";

/** Who is at it after an event; the playback says it, not the making. */
export function activityAfter(
  activity: Activity,
  event: RealtimeServerEvent,
): Activity {
  switch (event.type) {
    case "input_audio_buffer.speech_started":
      // Whether it cuts the agent short, the playback tells.
      return activity === "speaking" ? activity : "listening";
    case "output_audio_buffer.stopped":
    case "output_audio_buffer.cleared":
      return "listening";
    case "output_audio_buffer.started":
      return "speaking";
    case "conversation.item.truncated":
      // An answer that was made as it was cut: nothing more of it will be heard.
      return activity === "thinking" ? "listening" : activity;
    case "input_audio_buffer.committed":
    case "response.created":
      return activity === "speaking" ? activity : "thinking";
    case "response.done": {
      if (activity === "speaking") return activity;
      // A tool call leads to another response; spoken words are yet to be heard.
      const calls = event.response.output?.some((item) =>
        item.type === "function_call"
      );
      const { status, output_modalities } = event.response;
      const willSpeak = status === "completed" &&
        output_modalities?.[0] === "audio";
      return calls || willSpeak ? "thinking" : "listening";
    }
    default:
      return activity;
  }
}
