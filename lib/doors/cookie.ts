const NAME = "parley_access";

/** The pass that a browser shows with its request, if it has one. */
export function passIn(headers: Headers): string | undefined {
  for (const pair of (headers.get("cookie") ?? "").split(";")) {
    const [name, value] = pair.trim().split("=", 2);
    if (name === NAME) return value;
  }
  return undefined;
}

/**
 * The value of `Set-Cookie` that gives a browser a pass; no script can read it,
 * and other sites' pages can't make the browser send it along.
 *
 * @param options.seconds How long it is kept; 0 takes it away.
 * @param options.secure Whether the browser came over https.
 */
export function passCookie(
  pass: string,
  { seconds, secure }: { seconds: number; secure: boolean },
): string {
  return `${NAME}=${pass}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${
    secure ? "; Secure" : ""
  }`;
}
