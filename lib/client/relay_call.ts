import type {
  RealtimeClientEvent,
  RealtimeServerEvent,
} from "../realtime/events.ts";
import { explainRefusal, explainSilence } from "../realtime/refusals.ts";
import type { ServerFrame } from "../session/envelope.ts";
import type { Call, CallParts } from "./call.ts";
import { MediaPeer } from "./media_peer.ts";
import { Problem } from "./problems.ts";

/**
 * A call that the browser makes by itself with a client secret. The model's
 * events come over the data channel, and those the server needs go on to it.
 */
export class RelayCall implements Call {
  readonly #parts: CallParts;
  readonly #peer: MediaPeer;
  readonly #channel: RTCDataChannel;
  /** Events for a channel that is not open yet. */
  readonly #waiting: RealtimeClientEvent[] = [];

  constructor(parts: CallParts) {
    this.#parts = parts;
    this.#peer = new MediaPeer(parts, "ephemeral");
    this.#channel = this.#peer.channel!;
    this.#channel.addEventListener("message", ({ data }) => {
      this.#received(JSON.parse(data));
    });
    this.#channel.addEventListener("open", () => {
      for (const event of this.#waiting.splice(0)) this.#forward(event);
    });
    this.#channel.addEventListener(
      "close",
      () => parts.lost(),
    );
  }

  async connect(): Promise<void> {
    const { details } = this.#parts;
    const answer = await exchange(await this.#peer.offer(), details);
    await this.#peer.accept(answer);
    if (this.#channel.readyState !== "open") {
      await new Promise<void>((resolve) =>
        this.#channel.addEventListener("open", () => resolve(), { once: true })
      );
    }
  }

  receive(frame: ServerFrame): void {
    if (frame.type === "send") {
      // What the server sends is an event of the wire; nothing here reads it.
      this.#forward(frame.event as object as RealtimeClientEvent);
    }
  }

  #forward(event: RealtimeClientEvent): void {
    if (this.#channel.readyState === "open") {
      this.#parts.onSent(event);
      this.#channel.send(JSON.stringify(event));
    } else if (this.#channel.readyState === "connecting") {
      this.#waiting.push(event);
    }
  }

  setMicrophone(stream: MediaStream | undefined): Promise<void> {
    return this.#peer.setMicrophone(stream);
  }

  stats(): Promise<RTCStatsReport> {
    return this.#peer.stats();
  }

  close(): void {
    this.#peer.close();
  }

  #received(event: RealtimeServerEvent): void {
    this.#parts.onEvent(event);
    // Deltas are the bulk of the events, and the server has no use for them.
    if (!event.type.endsWith(".delta")) {
      this.#parts.send({ type: "event", event: { ...event } });
    }
  }
}

/** Posts the offer; returns the answer. */
async function exchange(
  offer: string,
  { callsUrl = "", clientSecret, model }: CallParts["details"],
): Promise<string> {
  const provider = "The model's provider";
  let response: Response;
  try {
    response = await fetch(new URL(callsUrl, location.href), {
      method: "POST",
      body: offer,
      headers: {
        "authorization": `Bearer ${clientSecret}`,
        "content-type": "application/sdp",
      },
    });
  } catch {
    const { code, message } = explainSilence(provider);
    throw new Problem(code, message);
  }
  const body = await response.text();
  if (response.ok) return body;
  const { status } = response;
  const refusal = explainRefusal(provider, {
    status,
    model,
    ...errorIn(body),
  });
  throw new Problem(refusal.code, refusal.message);
}

function errorIn(body: string): { code?: string; detail?: string } {
  try {
    const { code, message } = JSON.parse(body).error;
    return { code, detail: message };
  } catch {
    return { detail: body.slice(0, 200) };
  }
}
