import { FakeClock, ScriptedLink } from "parley/testing";
import { type Config, readConfig } from "../../lib/config.ts";
import { Doors } from "../../lib/doors/doors.ts";
import { hostAg2Session } from "../../lib/session/ag2.ts";
import { SUBPROTOCOL } from "../../lib/session/envelope.ts";
import { hostSession } from "../../lib/session/page_socket.ts";
import { testServices } from "../support/services.ts";
import { Client } from "./client.ts";
import { openInMemory, openOverNetwork } from "./memory_socket.ts";
import { checkLog } from "./relayed_events.ts";

/** How a client comes to the server. */
export type Wire = "memory" | "network";

/** `/session` before a model that says nothing. */
export class SessionServer {
  readonly #clock = new FakeClock();
  readonly #services: ReturnType<typeof testServices>;
  readonly #handle: (request: Request) => Response | Promise<Response>;
  readonly #server: Deno.HttpServer<Deno.NetAddr> | undefined;

  constructor(wire: Wire, handshake: Config["handshake"]) {
    const config = readConfig({
      REALTIME_HANDSHAKE: handshake,
      SESSIONS_PER_MINUTE: "1000000",
    });
    const services = testServices({ config });
    services.doors = new Doors(config, services.log, { clock: this.#clock });
    services.provider = {
      ...services.provider,
      createCall: () =>
        Promise.resolve({ answer: "v=0 answer", callId: "rtc_fuzz" }),
      attach: () => Promise.resolve(new ScriptedLink()),
      open: () => Promise.resolve(new ScriptedLink()),
    };
    this.#services = services;
    const calls = new FakeClock();
    this.#handle = (request) =>
      request.headers.has("sec-websocket-protocol")
        ? hostSession(request, services, calls)
        : hostAg2Session(request, undefined, services);
    if (wire === "memory") return;
    this.#server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      this.#handle,
    );
  }

  /** A page's WebSocket. */
  page(): Promise<Client> {
    return this.#open(SUBPROTOCOL);
  }

  /** A WebSocket of AG2's browser client. */
  ag2(): Promise<Client> {
    return this.#open();
  }

  /** Lets so much time pass that nobody is too fast any more. */
  async rest(): Promise<void> {
    await this.#clock.advance(10_000);
  }

  /** Checks that no fault of the server's own has been logged since. */
  checkLog(): void {
    checkLog(this.#services.lines.splice(0));
  }

  async close(): Promise<void> {
    await this.#server?.shutdown();
    await this.#services.recorder.close();
    this.checkLog();
  }

  async #open(protocol?: string): Promise<Client> {
    return new Client(
      this.#server === undefined
        ? await openInMemory(this.#handle, protocol)
        : await openOverNetwork(
          `ws://127.0.0.1:${this.#server.addr.port}/`,
          ...protocol === undefined ? [] : [protocol],
        ),
    );
  }
}
