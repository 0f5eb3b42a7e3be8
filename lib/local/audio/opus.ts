// The pure WASM build; the package's main entry would load a native addon instead.
import opus from "@evan/opus/wasm/index.js";

/** What this project uses of the package, which has no types for its WASM entry. */
interface Codec {
  Encoder: new (
    options: { channels: number; sample_rate: number; application: "voip" },
  ) => {
    ctl(request: number, value: number): void;
    encode(pcm: Int16Array): Uint8Array;
    drop(): void;
  };
  Decoder: new (options: { channels: number; sample_rate: number }) => {
    decode(packet: Uint8Array): Uint8Array;
    drop(): void;
  };
}
const codec = opus as Codec;

/** Opus runs at its 48 kHz clock on the wire whatever rate its ends choose; speech is made and heard at 16 kHz. */
export const SPEECH_RATE = 16_000;
/** Samples in 20 ms at 16 kHz. */
export const FRAME = 320;

// Requests of opus_encoder_ctl, from opus_defines.h.
const SET_BITRATE = 4002;
const SET_COMPLEXITY = 4010;
const SET_INBAND_FEC = 4012;
const SET_PACKET_LOSS_PERC = 4014;
const SET_SIGNAL = 4024;
const SIGNAL_VOICE = 3001;

/** Encodes mono speech, 16 kHz, into 20 ms packets. */
export class OpusEncoder {
  #encoder = new codec.Encoder({
    channels: 1,
    sample_rate: SPEECH_RATE,
    application: "voip",
  });

  constructor() {
    this.#encoder.ctl(SET_BITRATE, 32_000);
    this.#encoder.ctl(SET_COMPLEXITY, 6);
    this.#encoder.ctl(SET_SIGNAL, SIGNAL_VOICE);
    // Lets the listener rebuild a lost packet from the one after it.
    this.#encoder.ctl(SET_INBAND_FEC, 1);
    this.#encoder.ctl(SET_PACKET_LOSS_PERC, 5);
  }

  /** One packet for exactly 320 samples. */
  encode(frame: Int16Array): Uint8Array {
    return this.#encoder.encode(frame);
  }

  /** Packets for speech of any length; the last is filled up with silence. */
  encodeAll(speech: Int16Array): Uint8Array[] {
    const packets: Uint8Array[] = [];
    for (let at = 0; at < speech.length; at += FRAME) {
      let frame = speech.slice(at, at + FRAME);
      if (frame.length < FRAME) {
        const whole = new Int16Array(FRAME);
        whole.set(frame);
        frame = whole;
      }
      packets.push(this.encode(frame));
    }
    return packets;
  }

  close(): void {
    this.#encoder.drop();
  }
}

/** Decodes packets of any Opus stream, mono or stereo, into mono speech at 16 kHz. */
export class OpusDecoder {
  #decoder = new codec.Decoder({ channels: 1, sample_rate: SPEECH_RATE });
  /** Table-of-contents byte of the last good packet, as a packet of one frame. */
  #toc: number | undefined;

  /**
   * The samples of one packet.
   *
   * @throws {Error} if the packet is empty, too long or corrupt; the decoder stays usable
   */
  decode(packet: Uint8Array): Int16Array {
    // An empty packet would be concealed by as much as 120 ms of sound.
    if (packet.length === 0) {
      throw new Error("Cannot decode an empty Opus packet");
    }
    const samples = pcm16(this.#decoder.decode(packet));
    this.#toc = packet[0]! & 0xfc;
    return samples;
  }

  /** A guess at one lost packet, of the last packet's frame size; nothing before the first packet. */
  conceal(): Int16Array {
    if (this.#toc === undefined) return new Int16Array(0);
    // A packet whose only frame is empty means "not transmitted" (RFC 6716, section 3.2.1): the decoder fills in.
    return pcm16(this.#decoder.decode(Uint8Array.of(this.#toc)));
  }

  close(): void {
    this.#decoder.drop();
  }
}

/** The codec gives bytes that it owns nowhere else. */
function pcm16(bytes: Uint8Array): Int16Array {
  return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 1);
}
