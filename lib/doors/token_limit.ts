import type { Observer } from "../engine/observer.ts";

/**
 * An observer that adds up what a conversation uses, and calls `over` once it is
 * `most` tokens, in and out together; an answer that is being made is not known
 * before its end.
 *
 * @param used What it has used before, in tokens.
 */
export function tokenLimit(
  most: number | undefined,
  over: () => void,
  used = 0,
): Observer {
  let told = false;
  return (event) => {
    if (event.type !== "usage" || most === undefined || told) return;
    const { input_tokens = 0, output_tokens = 0 } = event.usage;
    used += input_tokens + output_tokens;
    told = used >= most;
    if (told) over();
  };
}
