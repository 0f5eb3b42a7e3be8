import { z } from "zod";
import { type Clock, systemClock } from "../clock.ts";
import { plainLine, plainText } from "../plain_text.ts";
import type { Log, Tool, ToolContext } from "./tool.ts";

/** A function call as the model made it. */
export interface ToolCall {
  callId: string;
  name: string;
  /** JSON text, as the model wrote it. */
  arguments: string;
}

/** How a call can end. */
export type ToolOutcome =
  | "completed"
  | "failed"
  | "timed_out"
  | "refused"
  | "cancelled"
  /** The server died while it ran, and nobody can tell whether it took effect. */
  | "unknown";

/** What became of a call; `output` goes to the model whatever happened. */
export interface ToolResult {
  status: ToolOutcome;
  output: string;
  durationMs: number;
}

export interface ToolRunnerParts {
  tools: ReadonlyMap<string, Tool>;
  sessionId: string;
  agent: string;
  log: Log;
  state: Map<string, unknown>;
  /** Milliseconds, for tools that set no limit of their own. */
  timeoutMs: number;
  /** Fires when the session is over. */
  signal: AbortSignal;
  /** Asks the person; resolves to false where nobody approves. */
  approve: (call: ToolCall, signal: AbortSignal) => Promise<boolean>;
  progress: (call: ToolCall, message: string) => void;
  /**
   * Called right before the tool runs. Where the call has been run already it
   * resolves to what became of that; where it rejects, the tool is not run.
   */
  begin?: (call: ToolCall, tool: Tool) => Promise<ToolResult | undefined>;
  clock?: Clock;
}

/** More than this of an output is cut, in characters: models pay by length. */
const MAX_OUTPUT_CHARACTERS = 16_000;

/** Longer arguments are not read, in characters of JSON. */
const MAX_ARGUMENT_CHARACTERS = 64 * 1024;

/** More than this of what a tool throws is not logged. */
const MAX_LOGGED_CHARACTERS = 1_000;

/** More than this of a tool's progress is cut: the agent says it. */
const MAX_PROGRESS_CHARACTERS = 300;

/**
 * Runs one call and comes back with exactly one output, whatever happens: the
 * result, or a JSON object `{"error": …}` that tells the model what went wrong
 * with an unknown tool, bad arguments, a refusal, an exception or a call that
 * took too long.
 */
export async function runTool(
  call: ToolCall,
  parts: ToolRunnerParts,
): Promise<ToolResult> {
  const clock = parts.clock ?? systemClock;
  const startedAt = clock.now();
  const result = (status: ToolOutcome, output: string): ToolResult => ({
    status,
    output: asData(output),
    durationMs: clock.now() - startedAt,
  });

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
    { status: ToolOutcome; output: string }
  >();
  const cancel = () => {
    stop({ status: "cancelled", output: failure("The session has ended") });
    abort.abort(parts.signal.reason);
  };
  if (parts.signal.aborted) cancel();
  parts.signal.addEventListener("abort", cancel, { once: true });
  const context: ToolContext = {
    sessionId: parts.sessionId,
    agent: parts.agent,
    callId: call.callId,
    signal: abort.signal,
    log: parts.log,
    state: parts.state,
    progress: (message) => {
      if (abort.signal.aborted) return;
      parts.progress(call, plainLine(String(message), MAX_PROGRESS_CHARACTERS));
    },
  };
  /** Begins when the work does: a person may take their time to approve. */
  const startTimer = () => {
    const timeoutMs = tool.timeoutMs ?? parts.timeoutMs;
    return clock.after(timeoutMs, () => {
      stop({
        status: "timed_out",
        output: failure(
          `The tool gave no answer within ${timeoutMs / 1000} s`,
        ),
      });
      abort.abort(new DOMException("The tool took too long", "TimeoutError"));
    });
  };
  let timer: ReturnType<Clock["after"]> | undefined;
  const work = async (): Promise<{ status: ToolOutcome; output: string }> => {
    if (!await isApproved(tool, args.value, context, call, parts)) {
      return {
        status: "refused",
        output: failure("The person did not approve this call"),
      };
    }
    if (abort.signal.aborted) return await stopped;
    try {
      const known = await parts.begin?.(call, tool);
      if (known !== undefined) return known;
    } catch (error) {
      parts.log.error("A call could not be written down, and was not run", {
        tool: call.name,
        error: reasonOf(error),
      });
      return {
        status: "failed",
        output: failure("The call could not be begun: nothing was done"),
      };
    }
    if (abort.signal.aborted) return await stopped;
    timer = startTimer();
    return await execute(tool, args.value, context);
  };
  try {
    const { status, output } = await Promise.race([stopped, work()]);
    return result(status, output);
  } finally {
    clock.clear(timer);
    parts.signal.removeEventListener("abort", cancel);
  }
}

/** Fails closed: only a clear yes counts. */
async function isApproved(
  tool: Tool,
  args: Record<string, unknown>,
  context: ToolContext,
  call: ToolCall,
  parts: ToolRunnerParts,
): Promise<boolean> {
  const { needsApproval = false } = tool;
  try {
    const asks = typeof needsApproval === "function"
      ? await needsApproval(args, context)
      : needsApproval;
    return asks === false || await parts.approve(call, context.signal) === true;
  } catch (error) {
    context.log.warn("A call could not be put to the person", {
      tool: call.name,
      error: reasonOf(error),
    });
    return false;
  }
}

async function execute(
  tool: Tool,
  args: Record<string, unknown>,
  context: ToolContext,
): Promise<{ status: ToolOutcome; output: string }> {
  try {
    return {
      status: "completed",
      output: asOutput(await tool.execute(args, context)),
    };
  } catch (error) {
    if (!context.signal.aborted) {
      context.log.warn("A tool failed", {
        error: plainLine(reasonOf(error), MAX_LOGGED_CHARACTERS),
      });
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
  if (text.length > MAX_ARGUMENT_CHARACTERS) {
    return {
      ok: false,
      reason:
        `The arguments have ${text.length} characters; ${MAX_ARGUMENT_CHARACTERS} is the most`,
    };
  }
  try {
    // Models leave the text empty for a tool that takes nothing.
    const value = JSON.parse(text === "" ? "{}" : text, withoutPrototype);
    const parsed = tool.parameters.safeParse(value);
    return parsed.success ? { ok: true, value: parsed.data } : {
      ok: false,
      reason: `The arguments do not fit: ${z.prettifyError(parsed.error)}`,
    };
  } catch (error) {
    // Nested too deeply, or a check of the tool's own that throws.
    const why = error instanceof SyntaxError
      ? `are no JSON: ${text.slice(0, 200)}`
      : `can't be checked: ${reasonOf(error)}`;
    return { ok: false, reason: `The arguments ${why}` };
  }
}

/** Leaves out what would become an object's prototype when a tool copies it. */
function withoutPrototype(key: string, value: unknown): unknown {
  return key === "__proto__" ? undefined : value;
}

/** A string as it is, anything else as JSON, nothing at all as an empty string. */
function asOutput(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined ? "" : JSON.stringify(value) ?? String(value);
}

/** Data, whatever it says: nothing in it is hidden, and its length is bounded. */
function asData(output: string): string {
  const rest = output.length - MAX_OUTPUT_CHARACTERS;
  const text = plainText(output.slice(0, MAX_OUTPUT_CHARACTERS));
  return rest <= 0
    ? text
    : `${text}\n[Cut: the output was ${rest} characters longer]`;
}

function failure(error: string): string {
  return JSON.stringify({ error });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
