import { z } from "zod";
import { type Clock, systemClock } from "../clock.ts";
import type { Log, Tool } from "./tool.ts";

/** A function call as the model made it. */
export interface ToolCall {
  callId: string;
  name: string;
  /** JSON text, as the model wrote it. */
  arguments: string;
}

export type ToolStatus =
  | "running"
  | "completed"
  | "failed"
  | "timed_out"
  | "cancelled";

/** What became of a call; `output` goes to the model whatever happened. */
export interface ToolResult {
  status: Exclude<ToolStatus, "running">;
  output: string;
  durationMs: number;
}

export interface ToolRunnerParts {
  tools: ReadonlyMap<string, Tool>;
  sessionId: string;
  agent: string;
  log: Log;
  /** Milliseconds, for tools that set no limit of their own. */
  timeoutMs: number;
  /** Fires when the session is over. */
  signal: AbortSignal;
  clock?: Clock;
}

/**
 * Runs one call and comes back with exactly one output, whatever happens: the
 * result, or a JSON object `{"error": …}` that tells the model what went wrong
 * with an unknown tool, bad arguments, an exception or a call that took too long.
 */
export async function runTool(
  call: ToolCall,
  parts: ToolRunnerParts,
): Promise<ToolResult> {
  const clock = parts.clock ?? systemClock;
  const startedAt = clock.now();
  const result = (
    status: ToolResult["status"],
    output: string,
  ): ToolResult => ({ status, output, durationMs: clock.now() - startedAt });

  const tool = parts.tools.get(call.name);
  if (tool === undefined) {
    const known = [...parts.tools.keys()].join(", ") || "none";
    return result(
      "failed",
      failure(`There is no tool '${call.name}'. The tools are: ${known}`),
    );
  }
  const args = parseArguments(tool, call.arguments);
  if (!args.ok) return result("failed", failure(args.reason));

  const abort = new AbortController();
  const { promise: stopped, resolve: stop } = Promise.withResolvers<
    { status: "timed_out" | "cancelled"; output: string }
  >();
  const timeoutMs = tool.timeoutMs ?? parts.timeoutMs;
  const timer = clock.after(timeoutMs, () => {
    stop({
      status: "timed_out",
      output: failure(`The tool gave no answer within ${timeoutMs / 1000} s`),
    });
    abort.abort(new DOMException("The tool took too long", "TimeoutError"));
  });
  const cancel = () => {
    stop({ status: "cancelled", output: failure("The session has ended") });
    abort.abort(parts.signal.reason);
  };
  if (parts.signal.aborted) cancel();
  parts.signal.addEventListener("abort", cancel, { once: true });
  try {
    const work = execute(tool, args.value, {
      sessionId: parts.sessionId,
      agent: parts.agent,
      callId: call.callId,
      signal: abort.signal,
      log: parts.log,
    });
    const { status, output } = await Promise.race([work, stopped]);
    return result(status, output);
  } finally {
    clock.clear(timer);
    parts.signal.removeEventListener("abort", cancel);
  }
}

async function execute(
  tool: Tool,
  args: Record<string, unknown>,
  context: Parameters<Tool["execute"]>[1],
): Promise<{ status: "completed" | "failed"; output: string }> {
  try {
    return {
      status: "completed",
      output: asOutput(await tool.execute(args, context)),
    };
  } catch (error) {
    if (!context.signal.aborted) {
      context.log.warn("A tool failed", { error: reasonOf(error) });
    }
    return { status: "failed", output: failure(reasonOf(error)) };
  }
}

function parseArguments(
  tool: Tool,
  text: string,
):
  | { ok: true; value: Record<string, unknown> }
  | { ok: false; reason: string } {
  let value: unknown;
  try {
    // Models leave the text empty for a tool that takes nothing.
    value = JSON.parse(text === "" ? "{}" : text);
  } catch {
    return {
      ok: false,
      reason: `The arguments are no JSON: ${text.slice(0, 200)}`,
    };
  }
  const parsed = tool.parameters.safeParse(value);
  return parsed.success ? { ok: true, value: parsed.data } : {
    ok: false,
    reason: `The arguments do not fit: ${z.prettifyError(parsed.error)}`,
  };
}

/** A string as it is, anything else as JSON, nothing at all as an empty string. */
function asOutput(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined ? "" : JSON.stringify(value) ?? String(value);
}

function failure(error: string): string {
  return JSON.stringify({ error });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
