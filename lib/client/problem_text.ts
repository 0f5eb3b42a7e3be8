import { fill, type Messages } from "../language/messages.ts";
import type { Problem } from "./problems.ts";

/** The sentence for a problem; the server's own where it says more than ours. */
export function problemText(
  { code, message }: Pick<Problem, "code" | "message">,
  words: Messages["problem"],
): string {
  const own = Object.hasOwn(words, code)
    ? words[code as keyof typeof words]
    : "";
  if (own === "") {
    return message || fill(words.unexpected, { detail: code });
  }
  return fill(own, {
    detail: message,
    how: words[`allow_${browser(navigator)}`],
  });
}

/** Which browser's ways a person has to know. */
export function browser(
  { userAgent, maxTouchPoints }: Pick<
    Navigator,
    "userAgent" | "maxTouchPoints"
  >,
): "chrome" | "firefox" | "safari" | "ios" {
  // An iPad calls itself a Mac; no Mac has a touch screen.
  if (
    /iPhone|iPad/.test(userAgent) ||
    (/Macintosh/.test(userAgent) && maxTouchPoints > 1)
  ) {
    return "ios";
  }
  if (/Firefox\//.test(userAgent)) return "firefox";
  return /Safari\//.test(userAgent) && !/Chrome\//.test(userAgent)
    ? "safari"
    : "chrome";
}
