/** Where people show the access token. */
export const SIGN_IN = "/sign-in";

const BASE = "http://parley.invalid";

/** The sign-in page's address for somebody who wanted to see this page. */
export function signInPath(wanted: string): string {
  return `${SIGN_IN}?to=${encodeURIComponent(localPath(wanted))}`;
}

/**
 * Where to go after signing in: a path of this server, whatever is asked for;
 * `/` where that would lead elsewhere, or back to the sign-in page.
 */
export function localPath(asked: string | null): string {
  const url = URL.parse(asked ?? "/", BASE);
  // A path that begins with two slashes names another host.
  if (
    url === null || url.origin !== BASE || url.pathname.startsWith("//") ||
    url.pathname.startsWith(SIGN_IN)
  ) return "/";
  return url.pathname + url.search + url.hash;
}
