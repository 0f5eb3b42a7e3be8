import type { ModelLink } from "../realtime/link.ts";
import type { Route, RouteParts } from "./routes.ts";
import { watchedLink } from "./watched_link.ts";

/**
 * The audio socket, for where UDP is blocked: PCM16 at 24 kHz comes and goes over
 * `/session`, and Parley holds a plain realtime WebSocket to the model.
 */
export async function openAudioSocket(parts: RouteParts): Promise<Route> {
  const { provider, signal, config, ready, send, lost } = parts;
  const link: ModelLink = watchedLink(
    await provider.open(config(), signal),
    {
      forPage: (event) => send({ type: "event", event: { ...event } }),
      ended: () => lost("The connection to the model ended"),
    },
  );
  ready({ handshake: "server", transport: "socket" });
  // Nobody else can be on this link, so there is nothing to guard.
  const loop = parts.run(link);
  let greeted = false;
  return {
    receive(frame) {
      if (frame.type === "connected" && !greeted) {
        greeted = true;
        loop.greet();
      }
      if (frame.type === "truncate") {
        link.send({
          type: "conversation.item.truncate",
          item_id: frame.itemId,
          content_index: 0,
          audio_end_ms: Math.floor(frame.audioEndMs),
        });
      }
    },
    audio(pcm) {
      if (pcm.byteLength === 0 || pcm.byteLength % 2 !== 0) return false;
      link.send({
        type: "input_audio_buffer.append",
        audio: new Uint8Array(pcm).toBase64(),
      });
      return true;
    },
    close: () => link.close(),
  };
}
