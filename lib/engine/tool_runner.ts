import { type Clock, systemClock, type Timer } from "../clock.ts";
import { plainLine, plainText } from "../plain_text.ts";
import type { Log, Tool, ToolContext } from "./tool.ts";
import { parseArguments } from "./tool_arguments.ts";

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

/** A call that is being carried out. */
export interface RunningTool {
  /** Never rejects. */
  readonly result: Promise<ToolResult>;
  /** Gives the call up, as its session is over; nothing where it has ended. */
  cancel(reason: unknown): void;
}

/** More than this of an output is cut, in characters: models pay by length. */
const MAX_OUTPUT_CHARACTERS = 16_000;

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
export function runTool(call: ToolCall, parts: ToolRunnerParts): RunningTool {
  return new ToolRun(call, parts);
}

type Outcome = Pick<ToolResult, "status" | "output">;

/**
 * The model waits for all that is done here: what only a call needs that takes
 * its time, such as a timer, is made when it does.
 */
class ToolRun implements RunningTool {
  readonly #call: ToolCall;
  readonly #parts: ToolRunnerParts;
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #ended = Promise.withResolvers<ToolResult>();
  #over = false;
  #stopped: { reason: unknown } | undefined;
  #abort: AbortController | undefined;
  #timer: Timer | undefined;

  constructor(call: ToolCall, parts: ToolRunnerParts) {
    this.#call = call;
    this.#parts = parts;
    this.#clock = parts.clock ?? systemClock;
    this.#startedAt = this.#clock.now();
    void this.#work().then((outcome) => this.#end(outcome));
  }

  get result(): Promise<ToolResult> {
    return this.#ended.promise;
  }

  cancel(reason: unknown): void {
    this.#stop("cancelled", "The session has ended", reason);
  }

  async #work(): Promise<Outcome> {
    const { tools, log, begin } = this.#parts;
    const call = this.#call;
    const tool = tools.get(call.name);
    if (tool === undefined) {
      const known = [...tools.keys()].join(", ") || "none";
      return failed(`There is no tool '${call.name}'. The tools are: ${known}`);
    }
    const args = parseArguments(tool, call.arguments);
    if (!args.ok) return failed(args.reason);
    const context = this.#context();
    const { needsApproval = false } = tool;
    if (
      needsApproval !== false &&
      !await this.#isApproved(needsApproval, args.value, context)
    ) {
      const output = failure("The person did not approve this call");
      return { status: "refused", output };
    }
    if (this.#over) return CALLED_OFF;
    try {
      const known = await begin?.(call, tool);
      if (known !== undefined) return known;
    } catch (error) {
      log.error("A call could not be written down, and was not run", {
        tool: call.name,
        error: reasonOf(error),
      });
      return failed("The call could not be begun: nothing was done");
    }
    if (this.#over) return CALLED_OFF;
    return await this.#execute(tool, args.value, context);
  }

  #context(): ToolContext {
    const { sessionId, agent, log, state, progress } = this.#parts;
    const signal = () => this.#signal;
    return {
      sessionId,
      agent,
      callId: this.#call.callId,
      get signal() {
        return signal();
      },
      log,
      state,
      progress: (message) => {
        if (this.#stopped !== undefined) return;
        progress(
          this.#call,
          plainLine(String(message), MAX_PROGRESS_CHARACTERS),
        );
      },
    };
  }

  get #signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#stopped !== undefined) this.#abort.abort(this.#stopped.reason);
    }
    return this.#abort.signal;
  }

  /** Fails closed: only a clear yes counts. */
  async #isApproved(
    needsApproval: NonNullable<Tool["needsApproval"]>,
    args: Record<string, unknown>,
    context: ToolContext,
  ): Promise<boolean> {
    const { approve, log } = this.#parts;
    try {
      const asks = typeof needsApproval === "function"
        ? await needsApproval(args, context)
        : needsApproval;
      return asks === false || await approve(this.#call, this.#signal) === true;
    } catch (error) {
      log.warn("A call could not be put to the person", {
        tool: this.#call.name,
        error: reasonOf(error),
      });
      return false;
    }
  }

  async #execute(
    tool: Tool,
    args: Record<string, unknown>,
    context: ToolContext,
  ): Promise<Outcome> {
    try {
      let output = tool.execute(args, context);
      if (isPromiseLike(output)) {
        this.#limitTime(tool);
        output = await output;
      }
      return { status: "completed", output: asOutput(output) };
    } catch (error) {
      if (this.#stopped === undefined) {
        this.#parts.log.warn("A tool failed", {
          error: plainLine(reasonOf(error), MAX_LOGGED_CHARACTERS),
        });
      }
      return failed(reasonOf(error));
    }
  }

  /** From when the work has begun: a person may take their time to approve. */
  #limitTime(tool: Tool): void {
    // The tool itself may have ended the session.
    if (this.#over) return;
    const timeoutMs = tool.timeoutMs ?? this.#parts.timeoutMs;
    this.#timer = this.#clock.after(timeoutMs, () =>
      this.#stop(
        "timed_out",
        `The tool gave no answer within ${timeoutMs / 1000} s`,
        new DOMException("The tool took too long", "TimeoutError"),
      ));
  }

  #stop(status: ToolOutcome, why: string, reason: unknown): void {
    if (this.#over) return;
    this.#end({ status, output: failure(why) });
    this.#stopped = { reason };
    this.#abort?.abort(reason);
  }

  /** The first to say what became of the call is right. */
  #end({ status, output }: Outcome): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#timer !== undefined) this.#clock.clear(this.#timer);
    this.#ended.resolve({
      status,
      output: asData(output),
      durationMs: this.#clock.now() - this.#startedAt,
    });
  }
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then ===
    "function";
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

/** What nobody hears: the call has ended before. */
const CALLED_OFF: Outcome = { status: "cancelled", output: "" };

function failed(error: string): Outcome {
  return { status: "failed", output: failure(error) };
}

function failure(error: string): string {
  return JSON.stringify({ error });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
