import { type Clock, systemClock } from "../clock.ts";
import type {
  ConversationItem,
  RealtimeClientEvent,
  RealtimeServerEvent,
} from "../realtime/events.ts";
import { sayExactly } from "../realtime/examples.ts";
import type { ModelLink } from "../realtime/link.ts";
import { ActiveAgent } from "./active_agent.ts";
import { type CallJournal, NO_JOURNAL } from "./call_journal.ts";
import { ConversationWatch } from "./conversation_watch.ts";
import { FunctionCalls } from "./function_calls.ts";
import { correctionOf, GuardrailWatch, type Tripped } from "./guardrail.ts";
import { type ConversationEvent, notify, type Observer } from "./observer.ts";
import { ResponseSequencer } from "./response_sequencer.ts";
import type { Company } from "./session_config.ts";
import { SessionGuard } from "./session_guard.ts";
import { TalkButton } from "./talk_button.ts";
import type { Log } from "./tool.ts";
import {
  OPEN_MICROPHONE,
  turnDetectionOf,
  type TurnTaking,
} from "./turn_taking.ts";

/** Holds the sequencer while no call stands. */
const CALL = "call";

export interface AgentLoopParts {
  sessionId: string;
  /** The agent that begins. */
  agentName: string;
  /** All agents and tools; the ones handed over to are among them. */
  company: Company;
  link: ModelLink;
  /** The model's name, for what a response costs. */
  model: string;
  log: Log;
  toolTimeoutMs: number;
  observers?: readonly Observer[];
  /**
   * Whether nobody but Parley may change the session: then a change by somebody
   * else is put back, and a second one ends the conversation by this.
   */
  guard?: (reason: string) => void;
  /** False where the first call's session is others' to change, too. */
  guarded?: boolean;
  /** As the session was set up; {@link OPEN_MICROPHONE} if left out. */
  turnTaking?: TurnTaking;
  /** Where tool calls are written down. */
  journal?: CallJournal;
  /**
   * Where another process has begun the conversation: what its tools remember.
   * The loop then asks for nothing before {@link AgentLoop.goOn}.
   */
  takenUp?: { state: Iterable<readonly [string, unknown]> };
  clock?: Clock;
}

/**
 * The agent loop of one conversation: takes the model's events, runs the tools
 * it calls and gives it their outputs, hands over between agents, watches what
 * is said, and reports all of it to the observers.
 */
export class AgentLoop {
  readonly #parts: AgentLoopParts;
  readonly #clock: Clock;
  readonly #sequencer: ResponseSequencer;
  readonly #guardrails: GuardrailWatch;
  readonly #watch: ConversationWatch;
  readonly #session: SessionGuard;
  readonly #button: TalkButton;
  readonly #calls: FunctionCalls;
  readonly #active: ActiveAgent;
  #turnTaking: TurnTaking;
  #end: { code: string; reason: string } | undefined;
  #letGo = false;

  /** @throws {Error} where the agent is not in the company. */
  constructor(parts: AgentLoopParts) {
    this.#parts = parts;
    this.#active = new ActiveAgent(parts.agentName, parts.company);
    this.#turnTaking = parts.turnTaking ?? OPEN_MICROPHONE;
    this.#clock = parts.clock ?? systemClock;
    const send = (event: RealtimeClientEvent) => this.#send(event);
    this.#sequencer = new ResponseSequencer(
      send,
      parts.link.seesResponses,
      this.#clock,
    );
    if (parts.takenUp !== undefined) this.#sequencer.hold(CALL, true);
    this.#session = new SessionGuard({
      send,
      ours: () => ({ ...this.#active.role, ...this.#listening }),
      log: parts.log,
      end: parts.guard,
      guarded: parts.guarded ?? true,
    });
    this.#button = new TalkButton({
      send,
      sequencer: this.#sequencer,
      interrupt: () => this.interrupt(),
    });
    this.#watch = new ConversationWatch(
      (event) => this.#observe(event),
      this.#clock,
      parts.model,
    );
    this.#calls = new FunctionCalls({
      active: this.#active,
      session: this.#session,
      sequencer: this.#sequencer,
      send,
      observe: (event) => this.#observe(event),
      sessionId: parts.sessionId,
      log: parts.log,
      timeoutMs: parts.toolTimeoutMs,
      clock: this.#clock,
      journal: parts.journal ?? NO_JOURNAL,
      state: new Map(parts.takenUp?.state),
      report: (report) => this.#observe({ type: "tool", report }),
      progress: (message) =>
        this.#sequencer.aside({
          instructions: sayExactly(message),
          tool_choice: "none",
        }),
    });
    this.#guardrails = new GuardrailWatch(
      (tripped) => this.#correct(tripped),
      (guardrail, error) =>
        parts.log.error("A guardrail failed", {
          guardrail,
          error: String(error),
        }),
    );
  }

  /** Runs until the link has no more events and every tool has come to an end. */
  async run(): Promise<void> {
    this.#observe({
      type: this.#parts.takenUp === undefined ? "started" : "resumed",
      agent: this.#active.name,
    });
    try {
      for await (const event of this.#parts.link.events) this.#handle(event);
    } catch (error) {
      this.endsBecause("call_lost", String(error));
      throw error;
    } finally {
      this.#sequencer.close();
      await this.#calls.tools.close();
      this.endsBecause("call_lost", "The link to the model ended");
      this.#observe({ type: "ended", ...this.#end! });
    }
  }

  /** Says why the conversation is about to end; the first to say it is right. */
  endsBecause(code: string, reason: string): void {
    this.#end ??= { code, reason };
  }

  /** Who has the conversation at this moment. */
  get agentName(): string {
    return this.#active.name;
  }

  /** Whether nobody speaks, nothing is being made and no tool runs. */
  get quiet(): boolean {
    return this.#sequencer.idle && this.#calls.tools.idle &&
      !this.#watch.speaking;
  }

  /**
   * The link leads to a new session of the model's from here on. It is asked for
   * nothing before {@link AgentLoop.goOn}: nobody would hear it.
   *
   * @param guarded Whether nobody but Parley may change that session.
   */
  renewed(reason: string, guarded: boolean): void {
    this.#sequencer.hold(CALL, true);
    this.#sequencer.renewed();
    this.#session.renewed(guarded);
    this.#watch.renewed();
    this.#button.drop();
    this.#observe({ type: "call_renewed", reason });
  }

  /**
   * The model can be heard again.
   *
   * @param answer Whether it owes the person an answer.
   */
  goOn(answer: boolean): void {
    if (answer) this.#sequencer.requestIfFree();
    this.#sequencer.hold(CALL, false);
  }

  /** Joins a session that another process has set up: makes it what it has to be. */
  rejoined(): void {
    this.#session.change({ ...this.#active.role, ...this.#listening });
  }

  /**
   * Another process goes on with the conversation: the observers hear no more of
   * it, and what the tools still bring is only written down.
   */
  letGo(): void {
    this.#letGo = true;
    this.#calls.tools.letGo();
  }

  /** Lets the agent speak first, if it has a greeting. */
  greet(): void {
    const { greeting } = this.#active.agent;
    if (greeting !== undefined) {
      this.#sequencer.request({ instructions: sayExactly(greeting) });
    }
  }

  /** What the person typed: it interrupts, and wants an answer. */
  text(text: string): void {
    this.interrupt();
    this.#send({
      type: "conversation.item.create",
      item: {
        type: "message",
        role: "user",
        content: [{ type: "input_text", text }],
      },
    });
    this.#sequencer.request();
  }

  /** Silences the agent: what it is making, and what it has made. */
  interrupt(): void {
    if (this.#sequencer.active) this.#send({ type: "response.cancel" });
    if (this.#watch.speaking) this.#send({ type: "output_audio_buffer.clear" });
  }

  /** From here on, turns are taken like this. */
  takeTurns(turnTaking: TurnTaking): void {
    this.#turnTaking = turnTaking;
    if (!turnTaking.pushToTalk) this.#button.drop();
    this.#session.change(this.#listening);
  }

  /** Push to talk: the button goes down, or up. */
  talk(down: boolean): void {
    if (down) this.#button.press();
    else this.#button.release();
  }

  /**
   * Takes the person's word on a call that asks for approval; false where the
   * call does not wait for it.
   */
  approve(callId: string, approved: boolean): boolean {
    return this.#calls.tools.approvals.settle(callId, approved);
  }

  /** What makes the model take turns as the person wants. */
  get #listening() {
    const turn_detection = turnDetectionOf(this.#turnTaking);
    return { audio: { input: { turn_detection } } };
  }

  #handle(event: RealtimeServerEvent): void {
    this.#observe({ type: "received", event });
    if (this.#calls.isRefusal(event)) {
      // Another process has told the model already.
      this.#parts.log.warn("The model did not take a call's output", {
        error: event.error.message,
      });
      return;
    }
    this.#sequencer.observe(event);
    this.#session.observe(event);
    this.#button.observe(event);
    this.#watch.received(event);
    this.#calls.observe(event);
    this.#guardrails.observe(event, this.#active.agent.guardrails);
  }

  /** Takes the call that an item is, if it is a complete one. */
  calledBy(item: ConversationItem): void {
    this.#calls.calledBy(item);
  }

  /** Stops an answer that must not be given, and has the model correct itself. */
  #correct(tripped: Tripped): void {
    const { guardrail: { name }, reason, itemId } = tripped;
    this.#observe({ type: "guardrail", name, reason, itemId });
    this.interrupt();
    this.#sequencer.request(correctionOf(tripped));
  }

  #send(event: RealtimeClientEvent): void {
    this.#parts.link.send(event);
    this.#observe({ type: "sent", event });
  }

  #observe(event: ConversationEvent): void {
    if (this.#letGo) return;
    const observers = [
      ...this.#parts.observers ?? [],
      ...this.#active.agent.observers ?? [],
    ];
    notify(observers, event, {
      sessionId: this.#parts.sessionId,
      agent: this.#active.name,
      at: Date.now(),
    }, this.#parts.log);
  }
}
