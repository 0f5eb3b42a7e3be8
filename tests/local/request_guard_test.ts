import { assertEquals } from "@std/assert";
import { Connection } from "werift";
import { guardRequests } from "../../lib/local/request_guard.ts";
import { type Door, Stranger } from "../fuzz/webrtc_client.ts";

/** Whether a call answers who knocks like this, without the right signature. */
async function isAnswered(knock: (door: Door) => Door): Promise<boolean> {
  const connection = new Connection(false, { useIpv6: false });
  connection.stunServer = undefined;
  guardRequests({ iceTransport: { connection } });
  await connection.gatherCandidates();
  const { host, port } = connection.localCandidates[0]!;
  const { localUsername: userName, localPassword: password } = connection;
  const door = { host, port, userName, password };
  const stranger = new Stranger();
  let answered = false;
  void stranger.knock(knock(door), "2xxt").then(() => answered = true);
  // On one machine packets keep their order: what comes before this is there.
  await stranger.knock(door, "2xxt");
  await stranger.close();
  await connection.close();
  return answered;
}

Deno.test("who knows a call's password is answered", async () => {
  assertEquals(await isAnswered((door) => door), true);
});

Deno.test("a request that is signed with another password is not answered", async () => {
  const password = "0123456789abcdefghijkl";
  assertEquals(await isAnswered((door) => ({ ...door, password })), false);
});

Deno.test("a request that is not signed is not answered", async () => {
  const password = undefined;
  assertEquals(await isAnswered((door) => ({ ...door, password })), false);
});
