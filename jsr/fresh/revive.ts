import { Signal } from "@preact/signals";
import { stringify } from "devalue";
import { isValidElement } from "preact";
import type { UsedIsland } from "./render_state.ts";
import type { RevivalData } from "./runtime/revival.ts";

/**
 * Writes down what the browser needs to revive islands. All go into one text,
 * so what two islands share stays shared.
 *
 * @throws {TypeError} If a prop can't be sent, as functions can't.
 */
export function revivalData(islands: UsedIsland[], basePath: string): string {
  const data: RevivalData = islands.map(({ source, props }) => [
    basePath + source.path,
    source.name,
    props,
  ]);
  try {
    return stringify(data, {
      Signal: (value) => value instanceof Signal && [value.peek()],
      JSX: (value) => {
        if (isValidElement(value)) throw new TypeError("Cannot stringify JSX");
        return false;
      },
    });
  } catch (cause) {
    const names = islands.map(({ source }) => source.name).join(", ");
    const reason = cause instanceof Error ? cause.message : cause;
    throw new TypeError(
      `Can't send the props of ${names} to the browser: ${reason}`,
      { cause },
    );
  }
}
