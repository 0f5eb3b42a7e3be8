import nodeAssert from "node:assert/strict";
import { checked } from "./assertion_error.ts";

/** Asserts that two values are equal in structure. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  checked(() => nodeAssert.deepStrictEqual(actual, expected), msg);
}

/** Asserts that two values differ in structure. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  checked(() => nodeAssert.notDeepStrictEqual(actual, expected), msg);
}

/** Asserts that two values are the same, by `Object.is`. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  checked(() => nodeAssert.strictEqual(actual, expected), msg);
}

/** Asserts that two values are not the same, by `Object.is`. */
export function assertNotStrictEquals<T>(
  actual: T,
  expected: T,
  msg?: string,
): void {
  checked(() => nodeAssert.notStrictEqual(actual, expected), msg);
}

const isPlain = (value: unknown): value is Record<PropertyKey, unknown> => {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** The part of a value that the expected one speaks of. */
function pick(actual: unknown, expected: unknown): unknown {
  if (Array.isArray(actual) && Array.isArray(expected)) {
    return actual.map((item, i) => pick(item, expected[i]));
  }
  if (!isPlain(actual) || !isPlain(expected)) return actual;
  const picked = Object.create(Object.getPrototypeOf(expected));
  for (const key of Reflect.ownKeys(expected)) {
    if (key in actual) picked[key] = pick(actual[key], expected[key]);
  }
  return picked;
}

/** Asserts that an object has at least the expected properties, at any depth. */
export function assertObjectMatch(
  // deno-lint-ignore no-explicit-any
  actual: Record<PropertyKey, any>,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void {
  checked(() => {
    const given = isPlain(actual) ? actual : { ...actual };
    nodeAssert.deepStrictEqual(pick(given, expected), expected);
  }, msg);
}
