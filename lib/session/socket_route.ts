import type { Route, RouteParts } from "./routes.ts";

/**
 * The audio socket, for where UDP is blocked: PCM16 at 24 kHz comes and goes over
 * `/session`, and Parley holds a plain realtime WebSocket to the model.
 */
export async function openAudioSocket(parts: RouteParts): Promise<Route> {
  const { provider, signal, config, ready, run, stands } = parts;
  const link = await provider.open(config(), signal);
  ready({ handshake: "server", transport: "socket" });
  // Nobody else can be on this link, so there is nothing to guard.
  run(link, { forPage: true });
  let connected = false;
  return {
    receive(frame) {
      if (frame.type === "connected" && !connected) {
        connected = true;
        stands();
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
