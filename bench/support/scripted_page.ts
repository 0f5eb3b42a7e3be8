import { withReport } from "../../lib/client/reports.ts";
import type { RealtimeServerEvent } from "../../lib/realtime/events.ts";
import { EMPTY_TRANSCRIPT, transcribe } from "../../lib/realtime/transcript.ts";
import type { Turn } from "../../lib/realtime/turns.ts";
import {
  type BrowserFrame,
  parseServerFrame,
  type ServerFrame,
  SUBPROTOCOL,
} from "../../lib/session/envelope.ts";
import { Conditions } from "./conditions.ts";
import { ScriptedChannel } from "./scripted_channel.ts";
import { openTextSocket, type TextSocket } from "./text_socket.ts";

/** An offer as far as Parley and a scripted peer look at it. */
const OFFER = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n";

/** A page whose connection broke tries so often to come back, so long, in ms. */
const TRY_MS = 300;
const TRIED_MS = 30_000;

type FrameOf<Type extends ServerFrame["type"]> = Extract<
  ServerFrame,
  { type: Type }
>;

/** Who a page talks to, and how. */
export interface PageOptions {
  agent?: string;
  /**
   * Over a call that the server makes, if left out; over one of its own where
   * the server's handshake is `ephemeral`.
   */
  transport?: "webrtc" | "socket";
  /**
   * Which server to go on with once the connection broke; without it the
   * conversation is over then.
   */
  comeBack?: () => string;
  /** Sends as promptly as a browser does, where that is measured. */
  prompt?: boolean;
}

/**
 * The page's side of one conversation, without a browser and without sound: it
 * goes through the handshake, says what it is told to and reads what comes back,
 * over as many connections and calls as that takes.
 */
export class ScriptedPage {
  /** What became of tools, in the order of the reports. */
  readonly tools: FrameOf<"tool">[] = [];
  /** Errors that the server told, and frames that could not be read. */
  readonly errors: string[] = [];
  readonly #options: PageOptions;
  readonly #conditions = new Conditions({
    over: () => {
      if (this.#closed) return "The connection is closed";
      const refused = this.#ready === undefined && this.errors.length > 0;
      return refused ? "The server refuses" : undefined;
    },
    // What the server has said of it.
    fault: () => this.#ended?.reason ?? this.errors.at(-1),
  });
  #socket: TextSocket;
  /** Where the page makes the call itself. */
  #channel: ScriptedChannel | undefined;
  #transcript = EMPTY_TRANSCRIPT;
  #ready: FrameOf<"ready"> | undefined;
  /** Whether the conversation takes frames over the socket there is. */
  #stands = false;
  #connected = false;
  #ended: FrameOf<"ended"> | undefined;
  #stopping = false;
  #closed = false;
  /** When the connection broke that stood, in ms. */
  #brokeAt = 0;
  #resumed = 0;

  private constructor(url: string, options: PageOptions) {
    this.#options = options;
    this.#socket = this.#connect(url);
  }

  /**
   * Begins a conversation; resolves when the agent can be heard.
   *
   * @param url The server's, such as `http://127.0.0.1:8000`.
   * @throws {Error} where it can't begin, with what the server says of it.
   */
  static async open(
    url: string,
    options: PageOptions = {},
  ): Promise<ScriptedPage> {
    const page = new ScriptedPage(url, options);
    await page.until("ready", () => page.#ready !== undefined);
    await page.until("answer", () => page.#connected);
    return page;
  }

  /** The conversation's id. */
  get id(): string {
    return this.#ready!.sessionId;
  }

  /** Whether the conversation takes what is said at this moment. */
  get stands(): boolean {
    return this.#stands;
  }

  /** How often it has come back. */
  get resumed(): number {
    return this.#resumed;
  }

  get turns(): readonly Turn[] {
    return this.#transcript.turns;
  }

  /** Why the conversation is over, once it is. */
  get ended(): FrameOf<"ended"> | undefined {
    return this.#ended;
  }

  /**
   * Says something as a person types it; resolves with the answer, which comes
   * after all tools that it took.
   *
   * @throws {Error} where there is no answer within 30 s, or the conversation ends.
   */
  async say(text: string): Promise<string> {
    const before = this.#questions.length;
    this.type(text);
    let answer: string | undefined;
    await this.until(`answer to "${text}"`, () => {
      answer = this.#answerTo(this.#questions[before]);
      return answer !== undefined;
    });
    return answer!;
  }

  /** Says something as a person types it, and waits for nothing. */
  type(text: string): void {
    this.#send({ type: "text", text });
  }

  /** Resolves when the agent has said so many things to their end. */
  async heard(answers: number): Promise<void> {
    const said = () => this.turns.filter(isAnswer).length;
    await this.until(`${answers} answers`, () => said() >= answers);
  }

  /** Ends the conversation; resolves when the server has, too. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (!this.#closed) this.#send({ type: "stop" });
    await this.until("the end", () => this.#closed);
    await this.#channel?.close();
  }

  get #questions(): Turn[] {
    return this.turns.filter((turn) =>
      turn.kind === "message" && turn.role === "user"
    );
  }

  #answerTo(question: Turn | undefined): string | undefined {
    if (question === undefined) return undefined;
    const since = this.turns.slice(this.turns.indexOf(question) + 1);
    const isBusy = since.some((turn) =>
      turn.kind === "tool" && turn.status === "running"
    );
    return isBusy ? undefined : since.findLast(isAnswer)?.text;
  }

  #connect(url: string): TextSocket {
    const address = new URL("/session", url.replace(/^http/, "ws"));
    const { agent, transport, prompt = false } = this.#options;
    const resume = this.#ready?.resumeToken;
    return this.#socket = openTextSocket(address, SUBPROTOCOL, prompt, {
      open: () =>
        this.#send(
          resume === undefined
            ? { type: "start", agent, transport }
            : { type: "start", resume },
        ),
      message: (data) => this.#receive(data),
      close: () => this.#broke(),
    });
  }

  #broke(): void {
    const { comeBack } = this.#options;
    const gone = this.#stopping || this.#ended !== undefined ||
      this.#ready === undefined || comeBack === undefined;
    if (this.#stands) this.#brokeAt = performance.now();
    this.#stands = false;
    if (gone || performance.now() - this.#brokeAt > TRIED_MS) {
      this.#closed = true;
      void this.#channel?.close();
    } else setTimeout(() => this.#connect(comeBack()), TRY_MS);
    this.#conditions.look();
  }

  /** Makes the call that the conversation is to go over. */
  #call(details: FrameOf<"ready" | "new_call">): void {
    if (details.transport === "socket") this.#hears();
    else if (details.handshake === "ephemeral") this.#relay(details);
    else this.#send({ type: "offer", sdp: OFFER });
  }

  /** Holds the call, and carries its events between the model and the server. */
  #relay(details: FrameOf<"ready" | "new_call">): void {
    void this.#channel?.close();
    this.#channel = new ScriptedChannel(details, {
      opened: () => {
        this.#connected = true;
        this.#conditions.look();
      },
      received: (event) => {
        this.#heardOf(event);
        // As the browser's page does: the server has no use for deltas.
        if (!event.type.endsWith(".delta")) {
          this.#send({ type: "event", event: { ...event } });
        }
        this.#conditions.look();
      },
    });
  }

  #heardOf(event: RealtimeServerEvent): void {
    this.#transcript = transcribe(this.#transcript, event, Date.now());
  }

  #hears(): void {
    this.#connected = true;
    this.#send({ type: "connected" });
  }

  #receive(data: string): void {
    const parsed = parseServerFrame(data);
    if (!parsed.ok) this.errors.push(parsed.reason);
    else this.#take(parsed.frame);
    this.#conditions.look();
  }

  #take(frame: ServerFrame): void {
    const at = Date.now();
    switch (frame.type) {
      case "ready":
        this.#ready = frame;
        this.#stands = true;
        if (frame.resumed) this.#resumed++;
        else this.#call(frame);
        break;
      case "new_call":
        this.#call(frame);
        break;
      case "answer":
        this.#hears();
        break;
      case "event":
        this.#heardOf(frame.event as object as RealtimeServerEvent);
        break;
      case "send":
        this.#channel?.send(frame.event);
        break;
      case "error":
        this.errors.push(`${frame.code}: ${frame.message}`);
        // Nobody has the conversation any more.
        if (frame.code === "resume_failed") this.#leave();
        break;
      case "ended":
        this.#ended = frame;
        break;
      case "tool":
        this.tools.push(frame);
    }
    this.#transcript = withReport(this.#transcript, frame, at);
  }

  #send(frame: BrowserFrame): void {
    this.#socket.send(JSON.stringify(frame));
  }

  #leave(): void {
    this.#stopping = true;
    this.#socket.close();
  }

  /**
   * Resolves once the condition holds; it may change when a frame comes, or the
   * connection breaks.
   *
   * @throws {Error} where that does not happen in time, or can't any more.
   */
  until(
    what: string,
    condition: () => boolean,
    patienceMs?: number,
  ): Promise<void> {
    return this.#conditions.until(what, condition, patienceMs);
  }
}

function isAnswer(turn: Turn): turn is Extract<Turn, { kind: "message" }> {
  return turn.kind === "message" && turn.role === "assistant" &&
    turn.status === "complete";
}
