import { type Clock, systemClock } from "../clock.ts";
import type {
  ConversationItem,
  RealtimeClientEvent,
  RealtimeServerEvent,
} from "../realtime/events.ts";
import { newId } from "../realtime/ids.ts";
import { sayExactly } from "../realtime/examples.ts";
import type { ModelLink } from "../realtime/link.ts";
import type { Agent } from "./agent.ts";
import { type CallJournal, NO_JOURNAL } from "./call_journal.ts";
import { ConversationWatch } from "./conversation_watch.ts";
import { correctionOf, GuardrailWatch, type Tripped } from "./guardrail.ts";
import { handoffTarget } from "./handoff.ts";
import { type ConversationEvent, notify, type Observer } from "./observer.ts";
import { outputItem } from "./output_item.ts";
import { ResponseSequencer } from "./response_sequencer.ts";
import { type Company, roleOf, toolsOf } from "./session_config.ts";
import { SessionGuard } from "./session_guard.ts";
import { TalkButton } from "./talk_button.ts";
import type { Log } from "./tool.ts";
import { ToolCalls } from "./tool_calls.ts";
import type { ToolCall } from "./tool_runner.ts";
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
  readonly #calls: ToolCalls;
  readonly #seenCalls = new Set<string>();
  /** The events that told the model of outputs. */
  readonly #outputs = new Set<string>();
  #agentName: string;
  #turnTaking: TurnTaking;
  #end: { code: string; reason: string } | undefined;
  #letGo = false;

  /** @throws {Error} where the agent is not in the company. */
  constructor(parts: AgentLoopParts) {
    this.#parts = parts;
    this.#agentName = parts.agentName;
    if (!parts.company.agents.has(parts.agentName)) {
      throw new Error(`There is no agent '${parts.agentName}'`);
    }
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
      ours: () => ({ ...this.#role, ...this.#listening }),
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
    this.#calls = new ToolCalls({
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
      answer: (callId, output) => this.#answer(callId, output),
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
      agent: this.#agentName,
    });
    try {
      for await (const event of this.#parts.link.events) this.#handle(event);
    } catch (error) {
      this.endsBecause("call_lost", String(error));
      throw error;
    } finally {
      this.#sequencer.close();
      await this.#calls.close();
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
    return this.#agentName;
  }

  /** Whether nobody speaks, nothing is being made and no tool runs. */
  get quiet(): boolean {
    return this.#sequencer.idle && this.#calls.idle && !this.#watch.speaking;
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
    this.#session.change({ ...this.#role, ...this.#listening });
  }

  /**
   * Another process goes on with the conversation: the observers hear no more of
   * it, and what the tools still bring is only written down.
   */
  letGo(): void {
    this.#letGo = true;
    this.#calls.letGo();
  }

  /** Lets the agent speak first, if it has a greeting. */
  greet(): void {
    const { greeting } = this.#agent;
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
    return this.#calls.approvals.settle(callId, approved);
  }

  get #agent(): Agent {
    return this.#parts.company.agents.get(this.#agentName)!;
  }

  /** What makes the model this agent. */
  get #role() {
    return roleOf(this.#agent, this.#parts.company);
  }

  /** What makes the model take turns as the person wants. */
  get #listening() {
    const turn_detection = turnDetectionOf(this.#turnTaking);
    return { audio: { input: { turn_detection } } };
  }

  #handle(event: RealtimeServerEvent): void {
    this.#observe({ type: "received", event });
    if (
      event.type === "error" && this.#outputs.has(event.error.event_id ?? "")
    ) {
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
    switch (event.type) {
      case "response.function_call_arguments.done":
        this.#called({
          callId: event.call_id,
          name: event.name,
          arguments: event.arguments,
        });
        break;
      case "response.done":
        // Some may have been made while nobody was there to hear of them.
        for (const item of event.response.output ?? []) this.calledBy(item);
        break;
      case "response.output_audio_transcript.delta":
      case "response.output_text.delta":
        this.#guardrails.heard(
          this.#agent.guardrails ?? [],
          event.item_id,
          event.delta,
        );
        break;
      case "response.output_audio_transcript.done":
      case "response.output_text.done":
        void this.#guardrails.complete(
          this.#agent.guardrails ?? [],
          event.item_id,
          "text" in event ? event.text : event.transcript,
        );
    }
  }

  /** Takes the call that an item is, if it is a complete one. */
  calledBy(item: ConversationItem): void {
    if (item.type !== "function_call" || item.status === "incomplete") return;
    if (item.call_id === undefined) return;
    this.#called({
      callId: item.call_id,
      name: item.name,
      arguments: item.arguments,
    });
  }

  #called(call: ToolCall): void {
    // A call that is reported twice is made once.
    if (this.#seenCalls.has(call.callId)) return;
    this.#seenCalls.add(call.callId);
    this.#sequencer.callOpened(call.callId);
    const target = handoffTarget(call.name);
    if (target !== undefined && this.#agent.handoffs?.includes(target)) {
      this.#handOver(call, target);
    } else {
      const tools = toolsOf(this.#agent, this.#parts.company);
      this.#calls.run(call, this.#agentName, tools);
    }
  }

  #answer(callId: string, output: string): void {
    const event_id = newId("event");
    this.#outputs.add(event_id);
    this.#send({
      type: "conversation.item.create",
      event_id,
      item: outputItem(callId, output),
    });
    this.#sequencer.callAnswered(callId);
  }

  /** Makes the model another agent, in place: the conversation goes on. */
  #handOver(call: ToolCall, to: string): void {
    const from = this.#agentName;
    this.#agentName = to;
    this.#session.change(this.#role);
    this.#observe({ type: "handoff", callId: call.callId, from, to });
    const { title, greeting = "" } = this.#agent;
    this.#answer(call.callId, `This is the ${title}. ${greeting}`.trim());
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
      ...this.#agent.observers ?? [],
    ];
    notify(observers, event, {
      sessionId: this.#parts.sessionId,
      agent: this.#agentName,
      at: Date.now(),
    }, this.#parts.log);
  }
}
