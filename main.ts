import { App, csp, staticFiles } from "fresh";
import { readConfig } from "./lib/config.ts";
import type { State } from "./lib/define.ts";
import { guard } from "./lib/doors/guard.ts";
import { readEnvironment } from "./lib/environment.ts";
import { chooseLanguage, LANGUAGES } from "./lib/language/languages.ts";
import { securityHeaders } from "./lib/security_headers.ts";
import { createServices } from "./lib/services.ts";
import { ConfigError } from "./lib/settings.ts";

const services = createServices(configOrExit());

/** The Fresh app; `_fresh/server.js` and `dev.ts` serve it. */
export const app = new App<State>()
  .use(securityHeaders)
  .use(csp({ useNonce: true, csp: policyFor(services.provider.callsUrl) }))
  .use(staticFiles())
  .use((ctx) => {
    const language = chooseLanguage(ctx.req.headers.get("accept-language"));
    ctx.state.services = services;
    ctx.state.language = language;
    ctx.state.messages = LANGUAGES[language];
    return ctx.next();
  })
  .use(guard)
  .fsRoutes();

if (import.meta.main) {
  // Not awaited here: what is imported imports this module in its turn.
  void import("./lib/serve.ts").then(({ serve }) => serve(services));
}

function configOrExit() {
  try {
    return readConfig(readEnvironment());
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(`Parley can't start: ${error.message}`);
    Deno.exit(1);
  }
}

/** The page talks to its own server and to the model, to nobody else. */
function policyFor(callsUrl: string): string[] {
  const model = URL.parse(callsUrl)?.origin;
  return [
    `connect-src 'self'${model === undefined ? "" : ` ${model}`}`,
    "img-src 'self' data:",
    "worker-src 'self'",
  ];
}
