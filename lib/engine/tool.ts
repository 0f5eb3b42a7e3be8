import { z } from "zod";

/** Structured log lines; every line carries the session's id. */
export interface Log {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
  /** The same log, with these fields in every line. */
  with(fields: Record<string, unknown>): Log;
}

/** What a running tool is given beside its arguments. */
export interface ToolContext {
  /** The conversation this call belongs to. */
  sessionId: string;
  /** The name of the agent that called. */
  agent: string;
  /** The model's id of this call. */
  callId: string;
  /** Fires when the result is no longer wanted: too late, or the session ended. */
  signal: AbortSignal;
  log: Log;
  /** What tools want to remember; one map for each conversation, shared by its tools. */
  state: Map<string, unknown>;
  /**
   * Says how far a slow call has come: on the page at once, and by the agent when
   * it has nothing else to say.
   */
  progress(message: string): void;
}

/** How people ask for a tool; suggestions on the page, grammar of the embedded peer. */
export interface ToolExamples {
  /** What a person may say; `{name}` stands for the parameter of that name. */
  phrases: string[];
  /** Values of the parameters that the phrases name. */
  [parameter: string]: string[];
}

export interface ToolDefinition<Parameters extends z.ZodObject = z.ZodObject> {
  /** What the tool does, for the model to read. */
  description: string;
  /** The arguments; the model sees them as JSON Schema. */
  parameters: Parameters;
  examples?: ToolExamples;
  /** Milliseconds until the call is given up; `TOOL_TIMEOUT_MS` if left out. */
  timeoutMs?: number;
  /**
   * Whether a call does no more harm twice than once. One that was running when
   * the server died is then run again; else the model is told that its outcome
   * is not known.
   */
  idempotent?: boolean;
  /**
   * Whether a person has to approve the call on the page first. Nobody there, no
   * answer in time or an error in the predicate count as a refusal.
   */
  needsApproval?:
    | boolean
    | ((
      args: z.output<Parameters>,
      context: ToolContext,
    ) => boolean | Promise<boolean>);
  /**
   * Does the work. A string goes to the model as it is, anything else as JSON;
   * what is thrown is told to the model as an error.
   */
  execute(
    args: z.output<Parameters>,
    context: ToolContext,
  ): unknown | Promise<unknown>;
}

const BRAND = Symbol.for("parley.tool");

/** A tool as {@link defineTool} made it. */
export type Tool = ToolDefinition & { readonly [BRAND]: true };

/**
 * Declares a tool. The module's default export is the tool; the file's name is
 * the tool's name.
 *
 * @throws {TypeError} naming the field that is wrong.
 */
export function defineTool<Parameters extends z.ZodObject>(
  definition: ToolDefinition<Parameters>,
): Tool {
  const { description, parameters, examples, timeoutMs, execute } = definition;
  if (typeof description !== "string" || description.trim() === "") {
    throw new TypeError("A tool needs a description: a non-empty string");
  }
  if (!(parameters instanceof z.ZodObject)) {
    throw new TypeError("A tool needs parameters: a z.object({ … })");
  }
  if (typeof execute !== "function") {
    throw new TypeError("A tool needs execute: a function");
  }
  if (timeoutMs !== undefined && !(timeoutMs > 0)) {
    throw new TypeError(
      `A tool's timeoutMs is milliseconds above 0, not ${timeoutMs}`,
    );
  }
  const { needsApproval } = definition;
  if (
    needsApproval !== undefined && typeof needsApproval !== "boolean" &&
    typeof needsApproval !== "function"
  ) {
    throw new TypeError("A tool's needsApproval is true, false or a function");
  }
  const { idempotent } = definition;
  if (idempotent !== undefined && typeof idempotent !== "boolean") {
    throw new TypeError("A tool's idempotent is true or false");
  }
  if (examples !== undefined) checkExamples(examples, parameters);
  return { ...definition, [BRAND]: true } as unknown as Tool;
}

/** Whether a module's export came from {@link defineTool}. */
export function isTool(value: unknown): value is Tool {
  return typeof value === "object" && value !== null && BRAND in value;
}

function checkExamples(examples: ToolExamples, parameters: z.ZodObject): void {
  const known = Object.keys(parameters.shape);
  const { phrases, ...values } = examples;
  if (!Array.isArray(phrases)) {
    throw new TypeError("A tool's examples need phrases: a list of strings");
  }
  const named = phrases.flatMap((phrase) =>
    [...phrase.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!)
  );
  for (const name of [...named, ...Object.keys(values)]) {
    if (!known.includes(name)) {
      throw new TypeError(
        `The examples name a parameter '${name}' that the tool does not have; it has ${
          known.join(", ") || "none"
        }`,
      );
    }
  }
}
