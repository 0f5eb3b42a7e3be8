/** What a failed assertion throws. */
export class AssertionError extends Error {
  /** Creates the error. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}

/** Throws unless the condition holds; the author's words follow the reason. */
export function check(
  condition: boolean,
  reason: string | (() => string),
  msg?: string,
): asserts condition {
  if (condition) return;
  const text = typeof reason === "string" ? reason : reason();
  throw new AssertionError(msg ? `${text}: ${msg}` : text);
}

/** Runs an assertion of `node:assert`, and throws its failure as our error. */
export function checked(assertion: () => void, msg?: string): void {
  try {
    assertion();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AssertionError(msg ? `${msg}: ${reason}` : reason, { cause });
  }
}
