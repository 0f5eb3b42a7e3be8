import type { Address, UdpProxy } from "../../support/udp_proxy.ts";
import type { Page } from "./chromium.ts";

/** What the browser showed of a peer connection at one moment. */
export interface CallState {
  kind: "ice" | "connection";
  state: string;
  /** By the page's clock. */
  atMs: number;
}

/** How much of the agent's voice was made up by the browser. */
export interface VoiceStats {
  samples: number;
  concealed: number;
}

/** What the script in the page offers to the test. */
interface InPage {
  testCalls?: { pc: RTCPeerConnection; states: CallState[] }[];
  testVoiceStats?: () => Promise<VoiceStats>;
  testLead?: (answer: string) => Promise<string>;
}

/**
 * Leads every call of a page through a proxy: its offers name no address of the
 * browser, so that the other side knows it only as the proxy; its answers name
 * the proxy's address. To be called before the page is opened.
 */
export async function leadCalls(page: Page, proxy: UdpProxy): Promise<void> {
  await page.exposeFunction("testLead", (answer: string) => {
    const candidates = candidatesOf(answer);
    const server = candidates.find(({ address }) => !address.includes(":"));
    if (server === undefined) {
      throw new Error(`The answer has no IPv4 address:\n${answer}`);
    }
    proxy.leadTo(server);
    return withoutCandidates(answer).replace(
      /^a=ice-ufrag:/m,
      `a=candidate:1 1 udp 2130706431 127.0.0.1 ${proxy.port} typ host\r\n$&`,
    );
  });
  await page.addInitScript(install);
}

/** What the browser has shown of the page's calls, in order. */
export async function callStates(page: Page): Promise<CallState[]> {
  return await page.evaluate(() =>
    (globalThis as InPage).testCalls!.flatMap(({ states }) => states)
  );
}

/** The samples that the page's latest call has played so far. */
export async function voiceStats(page: Page): Promise<VoiceStats> {
  return await page.evaluate(() => (globalThis as InPage).testVoiceStats!());
}

/**
 * The same, at the last moment that the page is Speaking: what the browser makes
 * up after the agent's last word is no part of it.
 */
export async function lastVoiceStats(page: Page): Promise<VoiceStats> {
  return await page.evaluate(async () => {
    const read = (globalThis as InPage).testVoiceStats!;
    const isSpeaking = () =>
      document.querySelector('[role="status"]')?.textContent === "Speaking";
    let last = await read();
    while (isSpeaking()) {
      const now = await read();
      if (isSpeaking()) last = now;
      await new Promise(requestAnimationFrame);
    }
    return last;
  });
}

function candidatesOf(sdp: string): Address[] {
  return [...sdp.matchAll(/^a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host/gim)]
    .map(([, address, port]) => ({ address: address!, port: Number(port) }));
}

function withoutCandidates(sdp: string): string {
  return sdp.replace(/^a=(candidate:.*|end-of-candidates)\r?\n/gm, "");
}

/** Runs in the page, before its own scripts. */
function install(): void {
  const calls: NonNullable<InPage["testCalls"]> = [];
  (globalThis as InPage).testCalls = calls;
  (globalThis as InPage).testVoiceStats = async () => {
    const voice = { samples: 0, concealed: 0 };
    (await calls.at(-1)!.pc.getStats()).forEach((entry) => {
      if (entry.type !== "inbound-rtp" || entry.kind !== "audio") return;
      voice.samples = entry.totalSamplesReceived ?? 0;
      voice.concealed = entry.concealedSamples ?? 0;
    });
    return voice;
  };

  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      const states: CallState[] = [];
      const note = (kind: CallState["kind"], state: string) =>
        states.push({ kind, state, atMs: performance.now() });
      this.addEventListener(
        "iceconnectionstatechange",
        () => note("ice", this.iceConnectionState),
      );
      this.addEventListener(
        "connectionstatechange",
        () => note("connection", this.connectionState),
      );
      calls.push({ pc: this, states });
    }

    override get localDescription(): RTCSessionDescription | null {
      const description = super.localDescription;
      if (description === null) return null;
      return new RTCSessionDescription({
        type: description.type,
        sdp: description.sdp.replace(
          /^a=(candidate:.*|end-of-candidates)\r?\n/gm,
          "",
        ),
      });
    }

    override async setRemoteDescription(
      description: RTCSessionDescriptionInit,
    ): Promise<void> {
      const sdp = await (globalThis as InPage).testLead!(description.sdp ?? "");
      await super.setRemoteDescription({ ...description, sdp });
    }
  };
}
