/// <reference lib="dom" />
/** Runs in the page: what is under test, and sounds to try it with. */
import { render } from "preact";
import { Visualiser } from "../../components/Visualiser.tsx";
import { Devices } from "../../lib/client/devices.ts";
import { NetworkStats } from "../../lib/client/network_stats.ts";
import { SoundMeter } from "../../lib/client/sound/meter.ts";
import type { OrbState } from "../../lib/client/sound/orb_poses.ts";
import { Recording } from "../../lib/client/sound/recording.ts";

/** Sine tones as a stream, like one of a microphone. */
class Tones {
  readonly #to: MediaStreamAudioDestinationNode;
  readonly #gain: GainNode;
  readonly #oscillator: OscillatorNode;

  constructor(context: AudioContext, hertz: number, amplitude: number) {
    this.#to = context.createMediaStreamDestination();
    this.#oscillator = new OscillatorNode(context, { frequency: hertz });
    this.#gain = new GainNode(context, { gain: amplitude });
    this.#oscillator.connect(this.#gain).connect(this.#to);
    this.#oscillator.start();
  }

  get stream(): MediaStream {
    return this.#to.stream;
  }

  /** How far it swings: 1 is as loud as can be. */
  set amplitude(amplitude: number) {
    this.#gain.gain.value = amplitude;
  }

  set hertz(hertz: number) {
    this.#oscillator.frequency.value = hertz;
  }

  set muted(muted: boolean) {
    for (const track of this.stream.getTracks()) track.enabled = !muted;
  }
}

/** Made with the first click, before which a page may not make a sound. */
let context: AudioContext;
addEventListener("click", () => context ??= new AudioContext());

const { requestAnimationFrame } = globalThis;
let frames = 0;
globalThis.requestAnimationFrame = (callback) => {
  frames++;
  return requestAnimationFrame(callback);
};

const sound = {
  Devices,
  NetworkStats,
  Recording,
  get context() {
    return context;
  },
  tones: (hertz: number, amplitude: number) =>
    new Tones(context, hertz, amplitude),
  meter: (stream: MediaStream) => new SoundMeter(context, stream),

  /** Resolves when so much sound has gone by, in seconds. */
  async passes(seconds: number): Promise<void> {
    const alarm = new ConstantSourceNode(context, { offset: 0 });
    const ended = new Promise((resolve) => alarm.onended = resolve);
    alarm.connect(context.destination);
    alarm.start();
    alarm.stop(context.currentTime + seconds);
    await ended;
  },

  /** Shows the picture, or takes it away. */
  show(state: OrbState | undefined, { muted, microphone, agent }: {
    muted?: boolean;
    microphone?: SoundMeter;
    agent?: SoundMeter;
  } = {}): void {
    render(
      state && (
        <Visualiser
          state={state}
          muted={muted ?? false}
          microphone={() => microphone}
          agent={() => agent}
        />
      ),
      document.querySelector("main")!,
    );
  },

  /** How often the page has asked for a frame. */
  get frames(): number {
    return frames;
  },

  /** How often the page asks for a frame while the browser draws twenty. */
  async framesAskedFor(): Promise<number> {
    const before = frames;
    for (let drawn = 0; drawn < 20; drawn++) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return frames - before;
  },
};

/** What the page offers to the test. */
export interface SoundPage {
  sound: typeof sound;
}

Object.assign(globalThis, { sound });
