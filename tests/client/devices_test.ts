import { assertEquals } from "@std/assert";
import { Devices } from "../../lib/client/devices.ts";

Deno.test("on the server, and outside secure pages, there are no devices", async () => {
  const devices = new Devices();
  const end = devices.follow();
  await devices.refresh();
  end();
  assertEquals(devices.microphones.value, []);
  assertEquals(devices.speakers.value, []);
  assertEquals(devices.canChooseSpeaker, false);
});
