import type { Context } from "fresh";

/** Headers that every answer carries. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "permissions-policy":
    "microphone=(self), autoplay=(self), camera=(), geolocation=()",
  "cross-origin-opener-policy": "same-origin",
};

const POLICY = "content-security-policy";

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
