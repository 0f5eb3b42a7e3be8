/** An audio context whose clock the test moves; it plays into an array. */
export class FakeAudioContext {
  readonly sampleRate = 24_000;
  currentTime = 0;
  outputLatency = 0;
  /** What was played, sample by sample from the clock's zero; gaps are 0. */
  readonly played: number[] = [];
  /** Sources that began while another one was playing. */
  overlaps = 0;
  readonly sources: FakeSource[] = [];

  /** The part of a real context that the player uses. */
  get asContext(): AudioContext {
    return this as unknown as AudioContext;
  }

  /** Moves time on; what ends on the way says so at its own moment. */
  advance(seconds: number): void {
    const until = this.currentTime + seconds;
    while (true) {
      const next = this.sources
        .filter((source) => !source.over && source.endsAt <= until)
        .sort((a, b) => a.endsAt - b.endsAt)[0];
      if (next === undefined) break;
      this.currentTime = Math.max(this.currentTime, next.endsAt);
      next.end();
    }
    this.currentTime = until;
  }

  /** Time passes while the page does nothing; what ended meanwhile says so late. */
  stall(seconds: number): void {
    this.currentTime += seconds;
    this.advance(0);
  }

  createMediaStreamDestination() {
    const stream = { getTracks: () => [] };
    return { stream, channelCount: 2, disconnect() {} };
  }

  createGain() {
    const gain = { setValueAtTime() {}, linearRampToValueAtTime() {} };
    return { gain, connect() {} };
  }

  createBuffer(_channels: number, length: number) {
    const samples = new Float32Array(length);
    return { length, getChannelData: () => samples };
  }

  createBufferSource() {
    return this.#source();
  }

  createConstantSource() {
    return this.#source();
  }

  #source(): FakeSource {
    const source = new FakeSource(this);
    this.sources.push(source);
    return source;
  }
}

/** A source of either kind; without a buffer it plays nothing. */
class FakeSource extends EventTarget {
  readonly offset = { value: 1 };
  buffer: { length: number; getChannelData(): Float32Array } | undefined;
  over = false;
  #startedAt = Infinity;
  #stopsAt = Infinity;
  readonly #context: FakeAudioContext;

  constructor(context: FakeAudioContext) {
    super();
    this.#context = context;
  }

  get endsAt(): number {
    const seconds = (this.buffer?.length ?? Infinity) / 24_000;
    return Math.min(this.#stopsAt, this.#startedAt + seconds);
  }

  start(at = 0): void {
    this.#startedAt = Math.max(at, this.#context.currentTime);
  }

  stop(at = 0): void {
    this.#stopsAt = at;
  }

  end(): void {
    this.over = true;
    const first = Math.round(this.#startedAt * 24_000);
    const length = Math.round(this.endsAt * 24_000) - first;
    const { played } = this.#context;
    if (this.buffer !== undefined && length > 0) {
      if (first < played.length) this.#context.overlaps++;
      while (played.length < first) played.push(0);
      const samples = this.buffer.getChannelData();
      for (let i = 0; i < length; i++) played[first + i] = samples[i]! * 32_768;
    }
    this.dispatchEvent(new Event("ended"));
  }

  connect(): void {}
  disconnect(): void {}
}
