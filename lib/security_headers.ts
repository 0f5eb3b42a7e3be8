import type { Context } from "fresh";

/** Headers that every answer carries. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  // Not "no-referrer": with that a browser hides the origin of its own forms.
  "referrer-policy": "same-origin",
  "permissions-policy":
    "microphone=(self), autoplay=(self), camera=(), geolocation=()",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

const POLICY = "content-security-policy";

/** For error pages, which run outside the middlewares and have no script. */
export const ERROR_PAGE_HEADERS: Readonly<Record<string, string>> = {
  ...SECURITY_HEADERS,
  [POLICY]:
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
};

/**
 * A middleware that adds {@link SECURITY_HEADERS}, and lets a page that came
 * over plain http (from another machine of the house) load its own scripts.
 */
export async function securityHeaders<State>(
  ctx: Context<State>,
): Promise<Response> {
  const response = await ctx.next();
  // The answer to a WebSocket's upgrade is the platform's own.
  if (response.status === 101) return response;
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
    response.headers.set(name, value);
  }
  const policy = response.headers.get(POLICY);
  if (policy !== null) {
    response.headers.set(
      POLICY,
      policy.replace("; upgrade-insecure-requests", ""),
    );
  }
  return response;
}
