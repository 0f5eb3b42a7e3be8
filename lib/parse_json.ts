/**
 * So many levels of lists and objects inside each other are read. What is deeper
 * was written to be: whatever goes through it by calling itself runs out of stack.
 */
const MAX_LEVELS = 100;

/**
 * Reads JSON that a stranger wrote.
 *
 * @throws {SyntaxError} where it is none, or has more than 100 levels.
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_LEVELS) {
      throw new SyntaxError(`The JSON has more than ${MAX_LEVELS} levels`);
    }
    level = level.flatMap((value) =>
      typeof value === "object" && value !== null ? Object.values(value) : []
    );
  }
  return value;
}
