import { internalsOf } from "./internals.ts";
import type { Middleware } from "./types.ts";

/** Options of {@linkcode csp}. */
export interface CspOptions {
  /** Only report violations. */
  reportOnly?: boolean;
  /** URL that gets the reports. */
  reportTo?: string;
  /** Directives; each replaces the default of the same name. */
  csp?: string[];
  /** Swap `'unsafe-inline'` for a nonce on rendered responses. */
  useNonce?: boolean;
}

const DEFAULTS = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data:",
  "media-src 'self' data: blob:",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "upgrade-insecure-requests",
];

const nameOf = (directive: string) => directive.trim().split(/\s+/, 1)[0];

/** Sets a Content-Security-Policy on every response. */
export function csp<State>(options: CspOptions = {}): Middleware<State> {
  const { reportOnly = false, reportTo, csp: own = [], useNonce = false } =
    options;
  const replaced = new Set(own.map(nameOf));
  const directives = [
    ...DEFAULTS.filter((directive) => !replaced.has(nameOf(directive))),
    ...own,
  ];
  if (reportTo !== undefined) {
    directives.push("report-to csp-endpoint", `report-uri ${reportTo}`);
  }
  const policy = directives.join("; ");
  const header = reportOnly
    ? "content-security-policy-report-only"
    : "content-security-policy";

  return async (ctx) => {
    const internals = internalsOf(ctx);
    if (useNonce) internals.wantsNonce = true;
    const response = await ctx.next();
    // An upgrade has no document to protect, and its headers may be sealed.
    if (response.status === 101) return response;
    const { nonce } = internals;
    response.headers.set(
      header,
      nonce === undefined
        ? policy
        : policy.replaceAll("'unsafe-inline'", `'nonce-${nonce}'`),
    );
    if (reportTo !== undefined) {
      response.headers.set(
        "reporting-endpoints",
        `csp-endpoint="${reportTo}"`,
      );
    }
    return response;
  };
}
