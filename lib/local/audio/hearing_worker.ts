/// <reference lib="deno.worker" />
import { Engine } from "./engine.ts";
import type { HearingReply, HearingRequest } from "./hearing_messages.ts";
import { Listener } from "./listener.ts";
import { RecogniserPool } from "./recogniser_pool.ts";
import type { Ready } from "./worker_host.ts";

const listeners = new Map<number, Listener>();
const loaded = load();

async function load(): Promise<{ engine: Engine; pool: RecogniserPool }> {
  const engine = await Engine.load();
  const pool = new RecogniserPool(engine, report);
  await pool.load();
  return { engine, pool };
}

function tell(reply: HearingReply | Ready): void {
  self.postMessage(reply);
}

function report(error: unknown): void {
  // The WASM module's memory is not to be trusted after a trap: a new worker is.
  if (error instanceof WebAssembly.RuntimeError) throw error;
  tell({
    type: "problem",
    message: error instanceof Error ? error.message : String(error),
  });
}

self.onmessage = async ({ data }: MessageEvent<HearingRequest>) => {
  // Awaited in the order in which they came, so they are handled in that order.
  const { engine, pool } = await loaded;
  if (data.type === "open") {
    const { ear, settings, fromMs } = data;
    const emit = (event: Extract<HearingReply, { type: "event" }>["event"]) =>
      tell({ type: "event", ear, event });
    listeners.set(
      ear,
      new Listener({ engine, pool, emit, onError: report, settings, fromMs }),
    );
    return;
  }
  const listener = listeners.get(data.ear);
  if (!listener) return;
  switch (data.type) {
    case "configure":
      return listener.configure(data.settings);
    case "opus":
      return listener.opus(data.packet, data.missing);
    case "pcm":
      return listener.pcm(data.samples);
    case "commit": {
      const { ear, commit } = data;
      return listener.commit((durationMs) =>
        tell({ type: "committed", ear, commit, durationMs })
      );
    }
    case "clear":
      return listener.clear();
    case "close":
      listeners.delete(data.ear);
      return listener.close();
  }
};

await loaded;
tell({ type: "ready" });
