import {
  type Attributes,
  context,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from "@opentelemetry/api";
import type { Config } from "../config.ts";
import type { Observer, ToolReport } from "../engine/observer.ts";
import type { RealtimeServerEvent } from "../realtime/events.ts";
import type { MessageTurn } from "../realtime/turns.ts";
import { VERSION } from "../version.ts";
import { type Instruments, theInstruments } from "./instruments.ts";

type Provider = Config["provider"];
type DoneResponse = Extract<
  RealtimeServerEvent,
  { type: "response.done" }
>["response"];

/** `gen_ai.provider.name`, from the conventions' list where it is on it. */
const PROVIDERS: Readonly<Record<Provider, string>> = {
  openai: "openai",
  azure: "azure.ai.openai",
  local: "parley.local",
};

/** Ends that are nobody's fault. */
const GOOD_ENDS: ReadonlySet<string> = new Set([
  "stopped",
  "page_gone",
  "time_limit",
  "token_limit",
  "server_stopping",
]);

export interface ConversationTraceParts {
  sessionId: string;
  agent: string;
  provider: Provider;
  model: string;
  /** Whether what is said, and what tools are given and return, may be told. */
  captureContent: boolean;
}

/**
 * One conversation as OpenTelemetry sees it: a span for it as a whole, and below
 * it one for each call, each turn, each response and each tool. The names are
 * those of the semantic conventions for GenAI
 * (https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-agent-spans/).
 *
 * Where Deno's exporter is off all this does nothing.
 */
export class ConversationTrace {
  readonly #parts: ConversationTraceParts;
  readonly #tracer: Tracer = trace.getTracer("parley", VERSION);
  readonly #instruments: Instruments = theInstruments();
  /** What every span and measurement has. */
  readonly #common: Attributes;
  #session: Span | undefined;
  #call: Span | undefined;
  readonly #responses = new Map<string, { span: Span; at: number }>();
  /** Calls that run, and since when. */
  readonly #tools = new Map<string, { report: ToolReport; at: number }>();

  constructor(parts: ConversationTraceParts) {
    this.#parts = parts;
    this.#common = {
      "gen_ai.provider.name": PROVIDERS[parts.provider],
      "gen_ai.request.model": parts.model,
    };
  }

  readonly observe: Observer = (event, { at }) => {
    switch (event.type) {
      case "started":
      case "resumed":
        return this.#begin(at, event.type === "resumed");
      case "call_renewed":
        this.#call?.end(at);
        this.#call = this.#newCall(at, event.reason);
        return;
      case "received":
        return this.#received(event.event, at);
      case "turn":
        return this.#turn(event.turn, at);
      case "tool":
        return this.#tool(event.report, at);
      case "latency":
        return this.#instruments.latency.record(event.ms / 1000, this.#common);
      case "handoff":
        this.#session?.addEvent(
          "parley.handoff",
          { "parley.from": event.from, "parley.to": event.to },
          at,
        );
        return;
      case "guardrail":
        this.#session?.addEvent(
          "parley.guardrail",
          { "parley.guardrail": event.name },
          at,
        );
        return;
      case "error":
        this.#session?.addEvent(
          "parley.error",
          { "error.type": event.code },
          at,
        );
        return;
      case "ended":
        this.#instruments.ended.add(1, {
          ...this.#common,
          "parley.end.code": event.code,
        });
        this.#end(event.code, at);
    }
  };

  /** Ends what is open: another process has the conversation from here on. */
  close(): void {
    this.#end("handed_over", Date.now());
  }

  #begin(at: number, resumed: boolean): void {
    const { agent, sessionId } = this.#parts;
    this.#session = this.#tracer.startSpan(`invoke_agent ${agent}`, {
      startTime: at,
      kind: SpanKind.INTERNAL,
      root: true,
      attributes: {
        ...this.#common,
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": agent,
        "gen_ai.conversation.id": sessionId,
        "parley.resumed": resumed,
      },
    });
    this.#call = this.#newCall(at, resumed ? "resumed" : "started");
    this.#instruments.active.add(1, this.#common);
  }

  #newCall(at: number, reason: string): Span {
    return this.#child("parley.call", at, { "parley.call.reason": reason });
  }

  #received(event: RealtimeServerEvent, at: number): void {
    if (event.type === "response.created") {
      const id = event.response.id ?? "";
      const span = this.#child(
        `chat ${this.#parts.model}`,
        at,
        { "gen_ai.operation.name": "chat", "gen_ai.response.id": id },
        SpanKind.CLIENT,
      );
      this.#responses.set(id, { span, at });
    } else if (event.type === "response.done") {
      this.#responseDone(event.response, at);
    }
  }

  #responseDone(response: DoneResponse, at: number): void {
    const { id = "", status = "completed", usage, status_details } = response;
    const known = this.#responses.get(id);
    if (known === undefined) return;
    this.#responses.delete(id);
    const { span } = known;
    const attributes = { ...this.#common, "gen_ai.operation.name": "chat" };
    span.setAttribute("gen_ai.response.finish_reasons", [status]);
    if (usage) {
      const { input_tokens = 0, output_tokens = 0 } = usage;
      span.setAttributes({
        "gen_ai.usage.input_tokens": input_tokens,
        "gen_ai.usage.output_tokens": output_tokens,
      });
      const { tokens } = this.#instruments;
      tokens.record(input_tokens, {
        ...attributes,
        "gen_ai.token.type": "input",
      });
      tokens.record(output_tokens, {
        ...attributes,
        "gen_ai.token.type": "output",
      });
    }
    const fault = status === "failed"
      ? status_details?.error?.code ?? "response_failed"
      : undefined;
    if (fault !== undefined) fail(span, fault);
    this.#instruments.responses.record((at - known.at) / 1000, {
      ...attributes,
      ...fault === undefined ? {} : { "error.type": fault },
    });
    span.end(at);
  }

  #turn({ role, status, at: begunAt, text }: MessageTurn, at: number): void {
    const span = this.#child(`parley.turn ${role}`, begunAt, {
      "parley.turn.role": role,
      "parley.turn.status": status,
    });
    if (this.#parts.captureContent) {
      span.setAttribute("parley.turn.text", text);
    }
    span.end(Math.max(at, begunAt));
  }

  #tool(report: ToolReport, at: number): void {
    const { callId, name, status, durationMs, output } = report;
    if (durationMs === undefined) {
      if (!this.#tools.has(callId)) this.#tools.set(callId, { report, at });
      return;
    }
    this.#tools.delete(callId);
    // That a call runs may be told only when it is over.
    const span = this.#toolSpan(report, at - durationMs);
    const failed = status !== "completed";
    if (failed) fail(span, status);
    if (this.#parts.captureContent) {
      span.setAttributes({
        "gen_ai.tool.call.arguments": report.arguments,
        "gen_ai.tool.call.result": output ?? "",
      });
    }
    span.end(at);
    this.#instruments.tools.record(durationMs / 1000, {
      "gen_ai.tool.name": name,
      ...failed ? { "error.type": status } : {},
    });
  }

  #toolSpan({ callId, name }: ToolReport, startTime: number): Span {
    return this.#child(`execute_tool ${name}`, startTime, {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": name,
      "gen_ai.tool.type": "function",
      "gen_ai.tool.call.id": callId,
    });
  }

  #end(code: string, at: number): void {
    const session = this.#session;
    if (session === undefined) return;
    const open = [
      ...this.#tools.values().map(({ report, at }) =>
        this.#toolSpan(report, at)
      ),
      ...this.#responses.values().map(({ span }) => span),
      this.#call,
    ];
    this.#session = undefined;
    for (const span of open) span?.end(at);
    this.#tools.clear();
    this.#responses.clear();
    session.setAttribute("parley.end.code", code);
    if (!GOOD_ENDS.has(code) && code !== "handed_over") fail(session, code);
    session.end(at);
    this.#instruments.active.add(-1, this.#common);
  }

  #child(
    name: string,
    startTime: number,
    attributes: Attributes,
    kind = SpanKind.INTERNAL,
  ): Span {
    const parent = this.#session;
    return this.#tracer.startSpan(
      name,
      {
        startTime,
        kind,
        attributes: {
          ...this.#common,
          "gen_ai.conversation.id": this.#parts.sessionId,
          ...attributes,
        },
      },
      parent && trace.setSpan(context.active(), parent),
    );
  }
}

function fail(span: Span, type: string): void {
  span.setAttribute("error.type", type);
  span.setStatus({ code: SpanStatusCode.ERROR, message: type });
}
