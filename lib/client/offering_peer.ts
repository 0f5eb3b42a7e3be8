/** How a call over WebRTC is made: by the server, or by the browser itself. */
export type Handshake = "server" | "ephemeral";

/**
 * A peer connection with an offer, before anybody has been called: making one
 * takes keys and ways through the network, for which nobody has to wait then.
 */
export class OfferingPeer {
  readonly handshake: Handshake;
  readonly connection = new RTCPeerConnection();
  readonly sender: RTCRtpSender;
  /** The model's events, where the browser has them itself. */
  readonly channel: RTCDataChannel | undefined;
  /**
   * In SDP, without the browser's own addresses: those that are found later are
   * never told, as the model's side learns them from what comes.
   */
  readonly offer: Promise<string>;

  constructor(handshake: Handshake) {
    this.handshake = handshake;
    // Both ways even without a microphone: one that is opened later can talk.
    this.sender = this.connection.addTransceiver("audio", {
      direction: "sendrecv",
    }).sender;
    if (handshake === "ephemeral") {
      this.channel = this.connection.createDataChannel("oai-events");
    }
    this.offer = this.#offer();
    // Whoever needs it hears of what went wrong.
    this.offer.catch(() => {});
  }

  close(): void {
    this.channel?.close();
    this.connection.close();
  }

  async #offer(): Promise<string> {
    await this.connection.setLocalDescription();
    return this.connection.localDescription?.sdp ?? "";
  }
}
