import { type Clock, systemClock } from "../clock.ts";
import type {
  RealtimeClientEvent,
  RealtimeServerEvent,
} from "../realtime/events.ts";
import { sayExactly } from "../realtime/examples.ts";
import { newId } from "../realtime/ids.ts";
import type { ModelLink } from "../realtime/link.ts";
import type { Agent } from "./agent.ts";
import { ConversationWatch } from "./conversation_watch.ts";
import { GuardrailWatch, type Tripped } from "./guardrail.ts";
import { handoffTarget } from "./handoff.ts";
import { type ConversationEvent, notify, type Observer } from "./observer.ts";
import { ResponseSequencer } from "./response_sequencer.ts";
import { type Company, roleOf } from "./session_config.ts";
import { SessionGuard } from "./session_guard.ts";
import type { Log, Tool } from "./tool.ts";
import { ToolCalls } from "./tool_calls.ts";
import type { ToolCall } from "./tool_runner.ts";

export interface AgentLoopParts {
  sessionId: string;
  /** The agent that begins. */
  agentName: string;
  /** All agents and tools; the ones handed over to are among them. */
  company: Company;
  link: ModelLink;
  log: Log;
  toolTimeoutMs: number;
  observers?: readonly Observer[];
  /**
   * Whether nobody but Parley may change the session: then a change by somebody
   * else is put back, and a second one ends the conversation by this.
   */
  guard?: (reason: string) => void;
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
  readonly #guard = new SessionGuard();
  readonly #calls: ToolCalls;
  readonly #seenCalls = new Set<string>();
  #agentName: string;
  #endReason: string | undefined;

  /** @throws {Error} where the agent is not in the company. */
  constructor(parts: AgentLoopParts) {
    this.#parts = parts;
    this.#agentName = parts.agentName;
    if (!parts.company.agents.has(parts.agentName)) {
      throw new Error(`There is no agent '${parts.agentName}'`);
    }
    this.#clock = parts.clock ?? systemClock;
    this.#sequencer = new ResponseSequencer(
      (event) => this.#send(event),
      parts.link.seesResponses,
      this.#clock,
    );
    this.#watch = new ConversationWatch(
      (event) => this.#observe(event),
      this.#clock,
    );
    this.#calls = new ToolCalls({
      sessionId: parts.sessionId,
      log: parts.log,
      timeoutMs: parts.toolTimeoutMs,
      clock: this.#clock,
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
    this.#observe({ type: "started", agent: this.#agentName });
    try {
      for await (const event of this.#parts.link.events) this.#handle(event);
    } catch (error) {
      this.endsBecause(String(error));
      throw error;
    } finally {
      this.#sequencer.close();
      await this.#calls.close();
      const reason = this.#endReason ?? "The link to the model ended";
      this.#observe({ type: "ended", reason });
    }
  }

  /** Says why the conversation is about to end; the first to say it is right. */
  endsBecause(reason: string): void {
    this.#endReason ??= reason;
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

  #handle(event: RealtimeServerEvent): void {
    this.#observe({ type: "received", event });
    this.#sequencer.observe(event);
    this.#watch.received(event);
    switch (event.type) {
      case "response.function_call_arguments.done":
        this.#called({
          callId: event.call_id,
          name: event.name,
          arguments: event.arguments,
        });
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
        break;
      case "session.updated":
        this.#sessionChanged();
        break;
      case "error":
        if (event.error.event_id) this.#guard.refused(event.error.event_id);
    }
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
      this.#calls.run(call, this.#agentName, this.#ownTools());
    }
  }

  #answer(callId: string, output: string): void {
    this.#send({
      type: "conversation.item.create",
      item: { type: "function_call_output", call_id: callId, output },
    });
    this.#sequencer.callAnswered(callId);
  }

  /** Makes the model another agent, in place: the conversation goes on. */
  #handOver(call: ToolCall, to: string): void {
    const from = this.#agentName;
    this.#agentName = to;
    this.#updateSession();
    this.#observe({ type: "handoff", callId: call.callId, from, to });
    const { title, greeting = "" } = this.#agent;
    this.#answer(call.callId, `This is the ${title}. ${greeting}`.trim());
  }

  #ownTools(): Map<string, Tool> {
    const { tools } = this.#parts.company;
    return new Map(
      (this.#agent.tools ?? []).flatMap((name) => {
        const tool = tools.get(name);
        return tool === undefined ? [] : [[name, tool] as const];
      }),
    );
  }

  #updateSession(): void {
    const event_id = newId("event");
    this.#guard.sent(event_id);
    this.#send({
      type: "session.update",
      event_id,
      session: {
        type: "realtime",
        ...roleOf(this.#agent, this.#parts.company),
      },
    });
  }

  #sessionChanged(): void {
    const { guard, log } = this.#parts;
    const change = this.#guard.updated();
    if (guard === undefined || change === "ours") return;
    log.warn("Somebody else changed the session", { times: change });
    if (change === 1) this.#updateSession();
    else guard("The session was changed from outside, twice");
  }

  /** Stops an answer that must not be given, and has the model correct itself. */
  #correct({ guardrail, reason, itemId }: Tripped): void {
    this.#observe({ type: "guardrail", name: guardrail.name, reason, itemId });
    this.interrupt();
    this.#sequencer.request({
      instructions: guardrail.instead === undefined
        ? `You were stopped because of what you were saying: ${reason}. Say briefly that you correct yourself, then answer without it.`
        : sayExactly(guardrail.instead),
      tool_choice: "none",
    });
  }

  #send(event: RealtimeClientEvent): void {
    this.#observe({ type: "sent", event });
    this.#parts.link.send(event);
  }

  #observe(event: ConversationEvent): void {
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
