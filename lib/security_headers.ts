import type { Context } from "fresh";

/** Headers that every answer carries. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "permissions-policy":
    "microphone=(self), autoplay=(self), camera=(), geolocation=()",
  "cross-origin-opener-policy": "same-origin",
};

/** A middleware that adds {@link SECURITY_HEADERS}. */
export async function securityHeaders<State>(
  ctx: Context<State>,
): Promise<Response> {
  const response = await ctx.next();
  // The answer to a WebSocket's upgrade is the platform's own.
  if (response.status === 101) return response;
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
    response.headers.set(name, value);
  }
  return response;
}
