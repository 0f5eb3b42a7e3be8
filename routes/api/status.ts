import { define } from "../../lib/define.ts";
import { VERSION } from "../../lib/version.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { draining } = ctx.state.services.drain;
    const status = draining ? "draining" : "ok";
    // A load balancer sends nobody here any more.
    const init = { status: draining ? 503 : 200 };
    // Whoever looks whether the server is well need not be known to it.
    if (ctx.state.identity === undefined) return ctx.json({ status }, init);
    const { config, catalog, sessions, startedAt } = ctx.state.services;
    const { agents, faults } = await catalog();
    return ctx.json({
      status,
      version: VERSION,
      provider: config.provider,
      handshake: config.handshake,
      agents: [...agents].map(([name, { title }]) => ({ name, title })),
      faults,
      sessions: sessions.size,
      uptimeSeconds: Math.floor((Date.now() - startedAt) / 1000),
    }, init);
  },
});
