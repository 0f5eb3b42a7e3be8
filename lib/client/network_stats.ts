/** How well a call's network does; what the browser does not tell is left out. */
export interface NetworkQuality {
  /** To the other side and back, in ms. */
  roundTripMs?: number;
  /** How unevenly the agent's voice arrives, in ms. */
  jitterMs?: number;
  /** 0 to 1: the part of the agent's voice that got lost since the last look. */
  loss?: number;
  /** Sound coming in and going out since the last look, in kbit/s. */
  inKbps?: number;
  outKbps?: number;
}

/** What is read here of https://www.w3.org/TR/webrtc-stats/. */
interface Stats {
  id: string;
  type: RTCStatsType;
  /** In ms. */
  timestamp: number;
  kind?: string;
  state?: RTCStatsIceCandidatePairState;
  nominated?: boolean;
  selectedCandidatePairId?: string;
  /** These three in s. */
  currentRoundTripTime?: number;
  roundTripTime?: number;
  jitter?: number;
  packetsLost?: number;
  packetsReceived?: number;
  bytesReceived?: number;
  bytesSent?: number;
}

type Counter =
  | "timestamp"
  | "packetsLost"
  | "packetsReceived"
  | "bytesReceived"
  | "bytesSent";

/** Reads the statistics of a call, look by look. */
export class NetworkStats {
  readonly #getStats: () => Promise<RTCStatsReport>;
  #before: Stats[] = [];

  /** @param getStats As of `RTCPeerConnection`. */
  constructor(getStats: () => Promise<RTCStatsReport>) {
    this.#getStats = getStats;
  }

  /**
   * Looks once. What is counted since the last look is left out of the first.
   * Rejects where `getStats` does.
   */
  async look(): Promise<NetworkQuality> {
    const stats: Stats[] = [];
    (await this.#getStats()).forEach((entry) => stats.push(entry));
    const before = this.#before;
    this.#before = stats;

    const sound = (type: RTCStatsType) =>
      stats.find((entry) => entry.type === type && entry.kind === "audio");
    /** By how much a counter has grown; NaN where that is not known. */
    const grown = (entry: Stats | undefined, counter: Counter) =>
      (entry?.[counter] ?? NaN) -
      (before.find(({ id }) => id === entry?.id)?.[counter] ?? NaN);
    const kbps = (entry: Stats | undefined, counter: Counter) =>
      ratio(8 * grown(entry, counter), grown(entry, "timestamp"));

    const voice = sound("inbound-rtp");
    // A packet given up as lost may come after all, and is then taken off again.
    const lost = Math.max(0, grown(voice, "packetsLost"));
    return {
      roundTripMs: inMs(
        usedPair(stats)?.currentRoundTripTime ??
          sound("remote-inbound-rtp")?.roundTripTime,
      ),
      jitterMs: inMs(voice?.jitter),
      loss: ratio(lost, lost + grown(voice, "packetsReceived")),
      inKbps: kbps(voice, "bytesReceived"),
      outKbps: kbps(sound("outbound-rtp"), "bytesSent"),
    };
  }
}

/** The pair of addresses that the call goes over; a call that moved has several nominated. */
function usedPair(stats: Stats[]): Stats | undefined {
  const selected = stats.find(({ type }) => type === "transport")
    ?.selectedCandidatePairId;
  return stats.find(({ id }) => id === selected) ??
    stats.find(({ type, nominated, state }) =>
      type === "candidate-pair" && nominated && state === "succeeded"
    );
}

function inMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1_000;
}

/** One as a part of the other; nothing where that is not known, or none has come. */
function ratio(part: number, whole: number): number | undefined {
  return part >= 0 && whole > 0 ? part / whole : undefined;
}
