/// <reference lib="dom" />
/** Runs in the page: the `openai` package's own WebRTC transport. */
import { OpenAIRealtimeWebRTC } from "openai/realtime/webrtc";

/** What the page offers to the test, and what the test offers to the page. */
export interface OpenAIPage {
  /** The test's part: takes the offer to the peer and brings the answer back. */
  exchangeSdp(offer: string): Promise<string>;
  openai: {
    /** Settles when the call that the button began is connected, or is not. */
    connected: Promise<void>;
    connection: OpenAIRealtimeWebRTC;
    /** The server's events, in order. */
    events: { type: string }[];
    /** Settles when the connection has ended, with the reason. */
    closed: Promise<string>;
  };
}

const connection = new OpenAIRealtimeWebRTC();
const events: { type: string }[] = [];
const connected = Promise.withResolvers<void>();
const closed = Promise.withResolvers<string>();
connection.onEvent((event) => events.push(event));
connection.onConnectionEvent((event) => {
  if (event.type === "closed") closed.resolve(event.reason);
});

async function call() {
  const { exchangeSdp } = globalThis as unknown as OpenAIPage;
  const microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
  for (const track of microphone.getTracks()) {
    connection.peerConnection.addTrack(track, microphone);
  }
  await connection.connect({ exchangeSdp });
}

document.querySelector("button")!.addEventListener("click", () => {
  call().then(connected.resolve, connected.reject);
});
Object.assign<typeof globalThis, Pick<OpenAIPage, "openai">>(globalThis, {
  openai: {
    connected: connected.promise,
    connection,
    events,
    closed: closed.promise,
  },
});
