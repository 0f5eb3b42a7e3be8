import { type FakeClock, ScriptedLink } from "parley/testing";
import { readConfig } from "../../lib/config.ts";
import type { RealtimeProvider } from "../../lib/realtime/provider.ts";
import { Heartbeat } from "../../lib/session/heartbeat.ts";
import { Resumptions } from "../../lib/session/resumptions.ts";
import { KvLiveSessions } from "../../lib/store/kv_live_sessions.ts";
import { KvStore } from "../../lib/store/kv_store.ts";
import { Recorder } from "../../lib/store/recorder.ts";
import { testServices } from "../support/services.ts";
import type { SocketClient } from "../support/socket_client.ts";
import { withServer } from "./server.ts";

/** A server among others on one database. */
export interface Server {
  services: ReturnType<typeof testServices>;
  open: () => Promise<SocketClient>;
}

/** What a test holds of two servers, whose model is the test itself. */
export interface TwoServers {
  first: Server;
  second: Server;
  /** The model's end of the first link that is made, the second, and so on. */
  links: [ScriptedLink, ScriptedLink, ScriptedLink];
  store: KvStore;
  live: KvLiveSessions;
  /** Whether the call that was made can still be joined. */
  call: { stands: boolean };
  /** How many calls were made. */
  calls: () => number;
  hungUp: string[];
  /** The first server's. */
  clock: FakeClock;
}

/** Two servers on one database, and a provider whose calls outlive both. */
export async function withTwoServers(
  test: (run: TwoServers) => Promise<void>,
  environment: Record<string, string> = {},
): Promise<void> {
  const kv = await Deno.openKv(":memory:");
  const store = new KvStore(kv);
  const live = new KvLiveSessions(kv);
  const links: TwoServers["links"] = [
    new ScriptedLink(),
    new ScriptedLink(),
    new ScriptedLink(),
  ];
  const call = { stands: true };
  const hungUp: string[] = [];
  let calls = 0;
  const made = links.values();
  const link = () => {
    const { value, done } = made.next();
    if (done) throw new Error("More links than the test wants");
    return value;
  };
  const provider: RealtimeProvider = {
    ...testServices().provider,
    createCall: () => {
      call.stands = true;
      return Promise.resolve({
        answer: "v=0 answer",
        callId: `rtc_${++calls}`,
      });
    },
    attach: () =>
      call.stands
        ? Promise.resolve(link())
        : Promise.reject(new Error("There is no such call")),
    open: () => Promise.resolve(link()),
    hangup: (callId) => {
      hungUp.push(callId);
      return Promise.resolve();
    },
  };
  // Each process knows of what it has written itself.
  const services = (name: string) => {
    const ownStore = new KvStore(kv);
    const ownLive = new KvLiveSessions(kv);
    const stores = () => Promise.resolve(ownLive);
    const made = testServices({
      config: readConfig({ MAX_SESSION_SECONDS: "600", ...environment }),
      provider,
    });
    return Object.assign(made, {
      store: () => Promise.resolve(ownStore),
      live: stores,
      recorder: new Recorder(() => Promise.resolve(ownStore)),
      resumptions: new Resumptions(stores, name),
      heartbeat: new Heartbeat(name, stores, made.log),
    });
  };
  const [one, two] = [services("first"), services("second")];
  try {
    await withServer(
      one,
      (openOne, clock) =>
        withServer(two, (openTwo) =>
          test({
            first: { services: one, open: openOne },
            second: { services: two, open: openTwo },
            links,
            store,
            live,
            call,
            calls: () => calls,
            hungUp,
            clock,
          })),
    );
  } finally {
    await Promise.all([one, two].map(async ({ recorder, heartbeat }) => {
      await recorder.close();
      await heartbeat.close();
    }));
    store.close();
  }
}
