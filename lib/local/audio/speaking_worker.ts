/// <reference lib="deno.worker" />
import { prepareFlite } from "./flite.ts";
import type { SpeakingReply, SpeakingRequest } from "./speaking_messages.ts";
import { Speech } from "./speech.ts";
import type { Ready } from "./worker_host.ts";

const speeches = new Map<number, Speech>();
/** Speeches whose next sentence was asked for. */
const asked: number[] = [];
let working = false;
const loaded = warmUp();

function tell(
  reply: SpeakingReply | Ready,
  transfer: Transferable[] = [],
): void {
  self.postMessage(reply, transfer);
}

/**
 * The first speech takes several times as long as the next, while code is compiled,
 * and what plays of it would have gaps: nobody shall wait for that, or hear it.
 */
async function warmUp(): Promise<void> {
  const how = { voice: "marin", speed: 1, format: "opus" } as const;
  const speech = new Speech("How can I help you?", how);
  while (await speech.next() !== undefined);
  speech.close();
}

self.onmessage = ({ data }: MessageEvent<SpeakingRequest>) => {
  switch (data.type) {
    case "speak":
      speeches.set(data.speech, new Speech(data.text, data));
      break;
    case "next":
      asked.push(data.speech);
      if (!working) work();
      break;
    case "stop":
      stop(data.speech);
  }
};

function stop(id: number): void {
  speeches.get(id)?.close();
  speeches.delete(id);
}

async function work(): Promise<void> {
  working = true;
  await loaded;
  while (asked.length > 0) {
    // Someone waits for a first sentence; the others are made ahead of time.
    const first = asked.findIndex((id) => !speeches.get(id)?.begun);
    const id = asked.splice(Math.max(first, 0), 1)[0]!;
    await make(id);
    // Lets messages in: a stop, or someone else's first sentence.
    await new Promise((resolve) => setTimeout(resolve));
  }
  working = false;
  prepareFlite();
}

async function make(id: number): Promise<void> {
  const speech = speeches.get(id);
  if (!speech) return;
  try {
    const sentence = await speech.next();
    if (sentence) {
      const buffers = [
        ...sentence.packets,
        ...sentence.pcm ? [sentence.pcm] : [],
      ].map((part) => part.buffer);
      return tell(
        { type: "sentence", speech: id, sentence },
        [...new Set(buffers)] as ArrayBuffer[],
      );
    }
    tell({ type: "end", speech: id });
  } catch (error) {
    tell({
      type: "failed",
      speech: id,
      message: error instanceof Error ? error.message : String(error),
    });
  }
  stop(id);
}

await loaded;
prepareFlite();
tell({ type: "ready" });
