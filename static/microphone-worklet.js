/** On the audio thread, for `lib/client/sound/`: `Spotter`, `FirstWords`. */

/** Sound is looked at in windows of 10 ms. */
const WINDOWS_PER_SECOND = 100;

/** Below this nobody speaks, in any room: dB of full scale. */
const QUIETEST_DB = -50;
/** A voice is louder than the room by this, in dB. */
const ABOVE_ROOM_DB = 12;
/** The room is what is quietest in so many windows. */
const ROOM_WINDOWS = 150;

/** So many loud ones are a voice: a click has fewer. */
const ONSET_WINDOWS = 2;
/** So many quiet ones end it: words have shorter gaps. */
const END_WINDOWS = 15;

/** The most that is kept. */
const MOST_WINDOWS = 20 * WINDOWS_PER_SECOND;
/** Of it from before the first voice: words begin softly. */
const LEAD_WINDOWS = 20;
/** Longer pauses are cut to half of this when words are played late. */
const PAUSE_WINDOWS = 20;

/** Cuts sound into windows, and tells which are loud for the room. */
export class Windows {
  #window;
  #filled = 0;
  /** Of the latest windows, in dB; at first as in a quiet room. */
  #levels = new Float32Array(ROOM_WINDOWS).fill(QUIETEST_DB - ABOVE_ROOM_DB);
  #next = 0;
  #onWindow;

  /**
   * @param {number} rate Samples per second.
   * @param {(window: { samples: Float32Array, loud: boolean }) => void} onWindow
   */
  constructor(rate, onWindow) {
    this.#window = new Float32Array(Math.round(rate / WINDOWS_PER_SECOND));
    this.#onWindow = onWindow;
  }

  /** @param {Float32Array} samples Any number of them. */
  take(samples) {
    for (let from = 0; from < samples.length;) {
      const room = this.#window.length - this.#filled;
      const part = samples.subarray(from, from + room);
      this.#window.set(part, this.#filled);
      this.#filled += part.length;
      from += part.length;
      if (this.#filled < this.#window.length) return;
      this.#onWindow({ samples: this.#window, loud: this.#isLoud() });
      this.#window = new Float32Array(this.#window.length);
      this.#filled = 0;
    }
  }

  #isLoud() {
    let energy = 0;
    for (const sample of this.#window) energy += sample * sample;
    const db = 10 * Math.log10(energy / this.#window.length);
    this.#levels[this.#next] = db;
    this.#next = (this.#next + 1) % ROOM_WINDOWS;
    const room = Math.min(...this.#levels);
    return db > Math.max(QUIETEST_DB, room + ABOVE_ROOM_DB);
  }
}

/** Notices when a voice begins, within 20 ms, and when it ends. */
export class Spotter {
  #windows;
  #speaking = false;
  /** So many in a row were otherwise. */
  #otherwise = 0;

  /**
   * @param {number} rate Samples per second.
   * @param {(speaking: boolean) => void} onChange
   */
  constructor(rate, onChange) {
    this.#windows = new Windows(rate, ({ loud }) => {
      this.#otherwise = loud === this.#speaking ? 0 : this.#otherwise + 1;
      const enough = this.#speaking ? END_WINDOWS : ONSET_WINDOWS;
      if (this.#otherwise < enough) return;
      this.#speaking = loud;
      this.#otherwise = 0;
      onChange(loud);
    });
  }

  /** @param {Float32Array} samples Any number of them. */
  take(samples) {
    this.#windows.take(samples);
  }
}

/** Keeps what is said until somebody hears it, then plays it and catches up. */
export class FirstWords {
  #windows;
  /** What has not been played. */
  #kept = [];
  /** Of the first of them, in samples. */
  #played = 0;
  #spoken = false;
  /** Windows in a row without a voice, played or not. */
  #quiet = 0;
  #way = "hold";
  #onLive;

  /**
   * @param {number} rate Samples per second.
   * @param {() => void} onLive Nothing is late any more.
   */
  constructor(rate, onLive) {
    this.#onLive = onLive;
    this.#windows = new Windows(rate, (window) => this.#keep(window));
  }

  /** Somebody hears what is played. */
  release() {
    if (this.#way !== "hold") return;
    this.#way = "play";
    this.#catchUp();
  }

  /**
   * @param {Float32Array} input What the microphone hears.
   * @param {Float32Array} output What is heard of it now.
   */
  process(input, output) {
    if (this.#way !== "live") this.#windows.take(input);
    if (this.#way === "play") this.#play(output);
    else if (this.#way === "live") output.set(input);
  }

  #keep(window) {
    this.#kept.push(window);
    this.#spoken ||= window.loud;
    this.#quiet = window.loud ? 0 : this.#quiet + 1;
    const most = this.#spoken ? MOST_WINDOWS : LEAD_WINDOWS;
    if (this.#way === "hold" && this.#kept.length > most) this.#kept.shift();
    if (this.#way === "play") this.#catchUp();
  }

  #play(output) {
    for (let to = 0; to < output.length;) {
      const window = this.#kept[0];
      if (window === undefined) return;
      const part = window.samples.subarray(
        this.#played,
        this.#played + output.length - to,
      );
      output.set(part, to);
      to += part.length;
      this.#played += part.length;
      if (this.#played < window.samples.length) continue;
      this.#kept.shift();
      this.#played = 0;
      this.#catchUp();
      if (this.#way === "live") return;
    }
  }

  /** Shortens pauses. */
  #catchUp() {
    if (this.#played > 0) return;
    const loud = this.#kept.findIndex(({ loud }) => loud);
    const pauses = !this.#spoken || this.#quiet >= PAUSE_WINDOWS / 2;
    if (loud < 0 && pauses) {
      this.#kept = [];
      this.#way = "live";
      this.#onLive();
    } else if (loud > PAUSE_WINDOWS) {
      this.#kept.splice(0, loud - PAUSE_WINDOWS / 2);
    }
  }
}

class SpotterProcessor extends AudioWorkletProcessor {
  #open = true;
  #spotter = new Spotter(
    sampleRate,
    (speaking) => this.port.postMessage(speaking),
  );

  constructor() {
    super();
    this.port.onmessage = () => this.#open = false;
  }

  process([microphone]) {
    // A microphone that has ended has no channel.
    if (microphone[0] !== undefined) this.#spotter.take(microphone[0]);
    if (!this.#open) this.port.postMessage("ended");
    return this.#open;
  }
}

class FirstWordsProcessor extends AudioWorkletProcessor {
  #open = true;
  #words = new FirstWords(sampleRate, () => this.port.postMessage("live"));

  constructor() {
    super();
    this.port.onmessage = ({ data }) => {
      if (data === "release") this.#words.release();
      else this.#open = false;
    };
  }

  process([microphone], [voice]) {
    if (microphone[0] !== undefined) {
      this.#words.process(microphone[0], voice[0]);
    }
    if (!this.#open) this.port.postMessage("ended");
    return this.#open;
  }
}

registerProcessor("spotter", SpotterProcessor);
registerProcessor("first-words", FirstWordsProcessor);
