import { AssertionError, check } from "./assertion_error.ts";

/** A class of errors. */
// The parameters of an error's constructor don't matter here.
// deno-lint-ignore no-explicit-any
export type ErrorClass<E> = abstract new (...args: any[]) => E;

/** Asserts that a value is an error, of a class and with a message. */
export function assertIsError<E extends Error = Error>(
  error: unknown,
  ErrorClass?: ErrorClass<E>,
  msgMatches?: string | RegExp,
  msg?: string,
): asserts error is E {
  check(
    error instanceof Error,
    `Expected "error" to be an Error object, got: ${Deno.inspect(error)}`,
    msg,
  );
  if (ErrorClass !== undefined) {
    check(
      error instanceof ErrorClass,
      `Expected error to be an instance of "${ErrorClass.name}", ` +
        `but was "${error.constructor.name}": ${error.message}`,
      msg,
    );
  }
  if (msgMatches === undefined) return;
  check(
    typeof msgMatches === "string"
      ? error.message.includes(msgMatches)
      : msgMatches.test(error.message),
    `Expected error message to match ${Deno.inspect(msgMatches)}, ` +
      `but got ${Deno.inspect(error.message)}`,
    msg,
  );
}

type Expectation<E> = [
  errorClassOrMsg?: ErrorClass<E> | string,
  msgIncludes?: string,
  msg?: string,
];

/** Checks what was thrown against what the caller expects. */
function examine<E extends Error>(
  thrown: unknown,
  [errorClassOrMsg, msgIncludes, msg]: Expectation<E>,
): unknown {
  if (typeof errorClassOrMsg === "function") {
    assertIsError(thrown, errorClassOrMsg, msgIncludes, msg);
  }
  return thrown;
}

function nothingThrown<E>(
  what: string,
  [errorClassOrMsg, , msg]: Expectation<E>,
): never {
  const words = typeof errorClassOrMsg === "string" ? errorClassOrMsg : msg;
  throw new AssertionError(words ? `${what}: ${words}` : what);
}

/** Asserts that a function throws; returns what it threw. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows<E extends Error>(
  fn: () => unknown,
  ...expected: Expectation<E>
): unknown {
  try {
    fn();
  } catch (error) {
    return examine(error, expected);
  }
  nothingThrown("Expected function to throw", expected);
}

/** Asserts that a function's promise rejects; resolves to the reason. */
export function assertRejects(
  fn: () => PromiseLike<unknown>,
  msg?: string,
): Promise<unknown>;
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects<E extends Error>(
  fn: () => PromiseLike<unknown>,
  ...expected: Expectation<E>
): Promise<unknown> {
  let promise: PromiseLike<unknown>;
  try {
    promise = fn();
  } catch (cause) {
    const what = "Function throws when expected to reject";
    throw new AssertionError(what, { cause });
  }
  try {
    await promise;
  } catch (error) {
    return examine(error, expected);
  }
  nothingThrown("Expected function to reject", expected);
}
