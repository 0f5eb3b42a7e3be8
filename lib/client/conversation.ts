import { batch, computed, effect, signal } from "@preact/signals";
import { delay } from "../clock.ts";
import type { RealtimeServerEvent } from "../realtime/events.ts";
import { EMPTY_TRANSCRIPT, transcribe } from "../realtime/transcript.ts";
import type { ServerFrame } from "../session/envelope.ts";
import type { Connection, Transport } from "./connection.ts";
import { Ducking } from "./ducking.ts";
import { EventLog } from "./developer/event_log.ts";
import { Measures } from "./developer/measures.ts";
import { Devices } from "./devices.ts";
import { download, fileName } from "./download.ts";
import { Microphone } from "./microphone.ts";
import type { Handshake } from "./offering_peer.ts";
import { Preferences } from "./preferences.ts";
import { Problem } from "./problems.ts";
import { type Reach, Readiness } from "./readiness.ts";
import { withReport } from "./reports.ts";
import { type RecordedFile, SoundDesk } from "./sound/desk.ts";
import { Speaker } from "./speaker.ts";
import { TurnTaking } from "./turn_taking.ts";

/**
 * That it connects is shown by then, in ms, unless the call stands sooner: to draw
 * takes a slow machine as long as to connect. The button itself shows the press.
 */
const DRAWN_MS = 250;

/** Where a conversation stands, apart from who is at it. */
type Phase = "idle" | "connecting" | "running" | "ended" | "failed";

type NoticeFrame = Extract<ServerFrame, { type: "notice" }>;

/**
 * One conversation as the page holds it: its state as signals, and what the
 * person can do. Browser objects are made when it starts, so that a page can be
 * rendered on the server with it.
 */
export class Conversation {
  readonly agent: string;
  readonly title: string;
  readonly preferences = new Preferences();
  readonly devices = new Devices();
  readonly microphone = new Microphone();
  readonly speaker = new Speaker();
  readonly desk = new SoundDesk();
  readonly log = new EventLog();
  readonly measures = new Measures();
  readonly transcript = signal(EMPTY_TRANSCRIPT);
  readonly activity = computed(() => this.transcript.value.activity);
  readonly turnTaking: TurnTaking;
  /** What went wrong last, or ended it. */
  readonly problem = signal<Problem | undefined>(undefined);
  /** What the server wants the person to know. */
  readonly notice = signal<NoticeFrame | undefined>(undefined);
  /** Who the person is talking to; a handoff changes it. */
  readonly partner: ReturnType<typeof signal<string>>;
  /** Whether the microphone is open for a look at its level only. */
  readonly testing = signal(false);
  readonly #phase = signal<Phase>("idle");
  readonly #connection = signal<Connection | undefined>(undefined);
  /** Seconds until the next try to reach the server again. */
  readonly retryIn = computed(() => this.#connection.value?.retryIn.value);
  /** What the page shows. */
  readonly state = computed(() =>
    this.#phase.value !== "running"
      ? this.#phase.value
      : this.retryIn.value !== undefined ||
          this.#connection.value?.broken.value
      ? "reconnecting"
      : this.activity.value
  );
  /** Whether it is going on, or about to. */
  readonly busy = computed(() =>
    this.#phase.value === "connecting" || this.#phase.value === "running"
  );
  readonly running = computed(() => this.#phase.value === "running");
  #unfollow: (() => void) | undefined;
  readonly #readiness: Readiness;
  readonly #ducking = new Ducking({
    speaker: this.speaker,
    isSpeaking: () => this.activity.peek() === "speaking",
  });
  /** Changes with every beginning and end: what comes late is told apart by it. */
  #run = 0;
  /** Between a press of the button and what shows of it. */
  #starting = false;

  /** @param handshake How the server is likely to want calls. */
  constructor(agent: string, title: string, handshake: Handshake) {
    this.agent = agent;
    this.title = title;
    this.partner = signal(title);
    const { microphone, preferences, activity } = this;
    this.#readiness = new Readiness(
      () => !this.#starting && !this.busy.peek(),
      ({ Preparation }, transport) =>
        new Preparation(
          transport === "webrtc" ? handshake : undefined,
          microphone,
        ),
    );
    this.turnTaking = new TurnTaking({
      microphone,
      preferences,
      activity,
      send: (frame) => this.#connection.peek()?.send(frame),
    });
  }

  /** Takes its place in a page, with the element that plays; returns the way out. */
  attach(audio: HTMLAudioElement): () => void {
    const { preferences, speaker, devices } = this;
    speaker.attach(audio);
    const ends = [
      preferences.keep(),
      devices.follow(),
      effect(() => speaker.setVolume(preferences.volume.value)),
      effect(() => void speaker.choose(preferences.speaker.value)),
    ];
    return () => {
      if (this.busy.peek()) this.end();
      this.#readiness.drop();
      this.#release();
      for (const end of ends) end();
    };
  }

  /** Does what can wait until the page is live, but not until the start. */
  load(transport: Transport): void {
    void this.devices.refresh();
    void this.#readiness.prepare(transport);
  }

  /** The person is likely to start: what takes time and tells nobody is done. */
  async prepare(transport: Transport = "webrtc"): Promise<void> {
    (await this.#readiness.prepare(transport))?.connect();
  }

  /** Starts talking. Where WebRTC finds no way, the audio socket takes over. */
  async start(transport: Transport = "webrtc"): Promise<void> {
    if (this.#starting || this.busy.peek()) return;
    this.#starting = true;
    this.log.clear();
    this.measures.started(performance.now());
    const before = this.#phase.peek();
    const begun = this.#begin(transport);
    const run = this.#run;
    batch(() => {
      this.transcript.value = EMPTY_TRANSCRIPT;
      this.problem.value = undefined;
      this.notice.value = undefined;
      this.turnTaking.muted.value = false;
      this.partner.value = this.title;
      this.testing.value = false;
    });
    // To draw takes as long as to reach the server: that comes first.
    await Promise.race([begun, delay(DRAWN_MS)]);
    this.#starting = false;
    // It may stand by now.
    if (run !== this.#run || this.#phase.peek() !== before) return;
    this.#phase.value = "connecting";
    await begun;
  }

  /** Ends the conversation; its transcript stays. */
  end(): void {
    this.#release();
    this.#phase.value = "ended";
  }

  interrupt(): void {
    this.#connection.peek()?.send({ type: "interrupt" });
    this.#silence();
  }

  /** Says something by typing. */
  say(text: string): void {
    this.#connection.peek()?.send({ type: "text", text });
    this.#silence();
  }

  /** Push to talk: the button goes down, or up. */
  talk(down: boolean): void {
    if (down) this.#silence();
    else this.measures.asked(performance.now());
    this.turnTaking.talk(down);
  }

  /** Answers a tool that asks for approval. */
  approve(callId: string, approve: boolean): void {
    this.#connection.peek()?.send({ type: "approval", callId, approve });
  }

  /** Uses this microphone, now and in future; "" leaves it to the system. */
  async chooseMicrophone(deviceId: string): Promise<void> {
    this.preferences.microphone.value = deviceId;
    if (this.busy.peek() || this.testing.peek()) await this.#openMicrophone();
  }

  /** Opens the microphone to look at its level, or closes it again. */
  async testMicrophone(on: boolean): Promise<void> {
    if (this.busy.peek() || on === this.testing.peek()) return;
    this.testing.value = on;
    if (on) await this.#openMicrophone();
    else this.#release();
  }

  /** Begins to record both sides, or ends it and gives the person the file. */
  async toggleRecording(): Promise<void> {
    try {
      if (this.desk.recordingSince.peek() === undefined) this.desk.record();
      else this.#save(await this.desk.stopRecording());
    } catch {
      this.problem.value = new Problem("recording_failed");
    }
  }

  /** How the network is doing, where that can be known. */
  stats(): Promise<RTCStatsReport> | undefined {
    return this.#connection.peek()?.stats();
  }

  async #begin(transport: Transport): Promise<void> {
    const run = ++this.#run;
    let { reach } = this.#readiness;
    if (!reach) {
      reach = await this.#readiness.load();
      if (run !== this.#run) return;
      if (!reach) return this.#fail(new Problem("server_unreachable"));
    }
    const prepared = this.#readiness.take(reach, transport);
    const connection = this.#newConnection(reach);
    // Before anything is drawn: the start is on its way by then.
    const opened = connection.open({
      type: "start",
      agent: this.agent,
      transport,
      turnTaking: this.turnTaking.choice,
    }, prepared);
    this.#connection.value = connection;
    this.#unfollow = this.turnTaking.follow();
    try {
      await opened;
      if (connection !== this.#connection.peek()) return;
      this.#phase.value = "running";
      // Not before: until then nobody can be interrupted.
      this.desk.spotVoices((speaking) => this.#ducking.voice(speaking));
    } catch (error) {
      if (connection !== this.#connection.peek()) return;
      const problem = error instanceof Problem
        ? error
        : new Problem("unexpected", String(error));
      if (!problem.blocked || transport === "socket") {
        return this.#fail(problem);
      }
      this.#release();
      await this.#begin("socket");
    }
  }

  /** Whoever says something does not want to wait for silence. */
  #silence(): void {
    this.#connection.peek()?.silence();
    this.#ducking.interrupted();
  }

  #newConnection({ Connection }: Reach): Connection {
    return new Connection({
      microphone: this.microphone,
      speaker: this.speaker,
      openMicrophone: () => this.#openMicrophone(),
      keepWords: (stream) => this.desk.keepWords(stream),
      onFrame: (frame) => this.#frame(frame),
      onEvent: (event) => this.#received(event),
      onSent: (wire, message) => this.log.add("out", wire, message, Date.now()),
      onStage: (stage) => this.measures.reached(stage, performance.now()),
      onVoice: (stream) => this.desk.setVoice(stream),
      onLost: (problem) => this.#fail(problem),
    });
  }

  async #openMicrophone(): Promise<void> {
    const opened = this.microphone.open(this.preferences.microphone.peek());
    // After that: an audio context takes a moment of the page's, not of the browser's.
    this.desk.open(this.microphone);
    await opened;
    await this.devices.refresh();
  }

  #frame(frame: ServerFrame): void {
    const at = Date.now();
    this.log.add("in", "session", frame, at);
    this.transcript.value = withReport(this.transcript.peek(), frame, at);
    switch (frame.type) {
      case "handoff":
        this.partner.value = frame.to;
        break;
      case "usage":
        this.measures.used(frame);
        break;
      case "notice":
        this.notice.value = frame;
        break;
      case "error": {
        const problem = new Problem(frame.code, frame.message);
        // Before it stands, it will not stand any more.
        if (this.running.peek()) this.problem.value = problem;
        else this.#fail(problem);
        break;
      }
      case "ended":
        this.#fail(new Problem(`ended_${frame.code}`, frame.reason));
    }
  }

  #received(event: RealtimeServerEvent): void {
    const at = Date.now();
    this.log.add("in", "model", event, at);
    this.measures.received(event, performance.now());
    this.#ducking.received(event);
    this.transcript.value = transcribe(this.transcript.peek(), event, at);
  }

  #fail(problem: Problem): void {
    this.#release();
    batch(() => {
      this.#phase.value = "failed";
      this.problem.value = problem;
    });
  }

  #release(): void {
    this.#run++;
    this.#unfollow?.();
    this.#unfollow = undefined;
    this.#connection.peek()?.close();
    this.#ducking.open();
    this.desk.close().then((file) => this.#save(file), () => {});
    this.microphone.close();
    batch(() => {
      this.#connection.value = undefined;
      this.testing.value = false;
    });
  }

  #save(file: RecordedFile | undefined): void {
    if (file === undefined) return;
    const { blob, extension } = file;
    download(fileName(this.agent, extension, new Date()), blob);
  }
}
