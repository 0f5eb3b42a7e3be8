import { z } from "zod";
import type { Tool } from "./tool.ts";

/** Longer arguments are not read, in characters of JSON. */
const MAX_ARGUMENT_CHARACTERS = 64 * 1024;

/**
 * A call's arguments as the tool wants them, or what is wrong with them, for the
 * model to read.
 *
 * @param text JSON, as the model wrote it.
 */
export function parseArguments(
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
    const value = parseJson(text === "" ? "{}" : text);
    const parsed = tool.parameters.safeParse(value);
    return parsed.success ? { ok: true, value: parsed.data } : {
      ok: false,
      reason: `The arguments do not fit: ${z.prettifyError(parsed.error)}`,
    };
  } catch (error) {
    // Nested too deeply, or a check of the tool's own that throws.
    const why = error instanceof SyntaxError
      ? `are no JSON: ${text.slice(0, 200)}`
      : `can't be checked: ${error instanceof Error ? error.message : error}`;
    return { ok: false, reason: `The arguments ${why}` };
  }
}

/** Leaves out what would become an object's prototype when a tool copies it. */
function parseJson(text: string): unknown {
  // To be asked about each value takes longer than all else; escapes can spell it.
  return /__proto__|\\/.test(text)
    ? JSON.parse(
      text,
      (key, value) => key === "__proto__" ? undefined : value,
    )
    : JSON.parse(text);
}
