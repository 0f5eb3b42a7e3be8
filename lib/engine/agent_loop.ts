import { type Clock, systemClock } from "../clock.ts";
import type {
  RealtimeError,
  RealtimeResponseUsage,
  RealtimeServerEvent,
} from "../realtime/events.ts";
import { sayExactly } from "../realtime/examples.ts";
import type { Agent } from "./agent.ts";
import type { ModelLink } from "../realtime/link.ts";
import { ResponseSequencer } from "./response_sequencer.ts";
import type { Log, Tool } from "./tool.ts";
import {
  runTool,
  type ToolCall,
  type ToolResult,
  type ToolStatus,
} from "./tool_runner.ts";

/** A tool call's state, reported when it begins and when it is over. */
export interface ToolReport
  extends ToolCall, Omit<Partial<ToolResult>, "status"> {
  status: ToolStatus;
}

export interface AgentLoopParts {
  sessionId: string;
  agentName: string;
  agent: Agent;
  /** The tools this agent may call, by name. */
  tools: ReadonlyMap<string, Tool>;
  link: ModelLink;
  log: Log;
  toolTimeoutMs: number;
  clock?: Clock;
  onTool?: (report: ToolReport) => void;
  onError?: (error: RealtimeError) => void;
  onUsage?: (usage: RealtimeResponseUsage) => void;
}

/**
 * The agent loop of one conversation: takes the model's events, runs the tools
 * it calls and gives it their outputs.
 */
export class AgentLoop {
  readonly #parts: AgentLoopParts;
  readonly #sequencer: ResponseSequencer;
  readonly #abort = new AbortController();
  readonly #seenCalls = new Set<string>();
  readonly #running = new Set<Promise<void>>();
  #speaking = false;

  constructor(parts: AgentLoopParts) {
    this.#parts = parts;
    this.#sequencer = new ResponseSequencer(
      (event) => parts.link.send(event),
      parts.link.seesResponses,
      parts.clock ?? systemClock,
    );
  }

  /** Runs until the link has no more events and every tool has come to an end. */
  async run(): Promise<void> {
    try {
      for await (const event of this.#parts.link.events) this.#handle(event);
    } finally {
      this.#sequencer.close();
      this.#abort.abort(new DOMException("The session ended", "AbortError"));
      await Promise.all(this.#running);
    }
  }

  /** Lets the agent speak first, if it has a greeting. */
  greet(): void {
    const { greeting } = this.#parts.agent;
    if (greeting !== undefined) {
      this.#sequencer.request({ instructions: sayExactly(greeting) });
    }
  }

  /** What the person typed: it interrupts, and wants an answer. */
  text(text: string): void {
    this.interrupt();
    this.#parts.link.send({
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
    const { link } = this.#parts;
    if (this.#sequencer.active) link.send({ type: "response.cancel" });
    if (this.#speaking) link.send({ type: "output_audio_buffer.clear" });
  }

  #handle(event: RealtimeServerEvent): void {
    this.#sequencer.observe(event);
    switch (event.type) {
      case "response.function_call_arguments.done":
        this.#called({
          callId: event.call_id,
          name: event.name,
          arguments: event.arguments,
        });
        break;
      case "response.done":
        if (event.response.usage) this.#parts.onUsage?.(event.response.usage);
        break;
      case "output_audio_buffer.started":
        this.#speaking = true;
        break;
      case "output_audio_buffer.stopped":
      case "output_audio_buffer.cleared":
        this.#speaking = false;
        break;
      case "error":
        this.#report(event.error);
    }
  }

  #called(call: ToolCall): void {
    // A call that is reported twice is made once.
    if (this.#seenCalls.has(call.callId)) return;
    this.#seenCalls.add(call.callId);
    this.#sequencer.callOpened(call.callId);
    const answered = this.#answer(call)
      .finally(() => this.#running.delete(answered));
    this.#running.add(answered);
  }

  async #answer(call: ToolCall): Promise<void> {
    const { link, log, onTool } = this.#parts;
    onTool?.({ ...call, status: "running" });
    const result = await runTool(call, {
      tools: this.#parts.tools,
      sessionId: this.#parts.sessionId,
      agent: this.#parts.agentName,
      log,
      timeoutMs: this.#parts.toolTimeoutMs,
      signal: this.#abort.signal,
      clock: this.#parts.clock,
    });
    log.info("A tool was called", {
      tool: call.name,
      callId: call.callId,
      status: result.status,
      durationMs: Math.round(result.durationMs),
    });
    onTool?.({ ...call, ...result });
    if (this.#abort.signal.aborted) return;
    link.send({
      type: "conversation.item.create",
      item: {
        type: "function_call_output",
        call_id: call.callId,
        output: result.output,
      },
    });
    this.#sequencer.callAnswered(call.callId);
  }

  #report(error: RealtimeError): void {
    // Two benign races: the response ended before our cancel arrived, and
    // somebody else's response began before ours.
    if (
      error.code === "response_cancel_not_active" ||
      error.code === "conversation_already_has_active_response"
    ) return;
    this.#parts.log.warn("The model's peer reports an error", {
      code: error.code,
      error: error.message,
    });
    this.#parts.onError?.(error);
  }
}
