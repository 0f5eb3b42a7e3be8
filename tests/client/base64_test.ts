import { assertEquals, assertThrows } from "@std/assert";
import { pcmFromBase64 } from "../../lib/client/pcm/base64.ts";

Deno.test("samples come out of base64, in browsers old and new", () => {
  const samples = Int16Array.of(0, 1, -1, 32_767, -32_768);
  const base64 = new Uint8Array(samples.buffer).toBase64();
  const fromBase64 = Uint8Array.fromBase64;
  for (const decode of [fromBase64, undefined]) {
    Object.assign(Uint8Array, { fromBase64: decode });
    try {
      assertEquals(pcmFromBase64(base64), samples);
      assertEquals(pcmFromBase64(""), new Int16Array());
      assertEquals(pcmFromBase64("AQAC"), Int16Array.of(1), "half a sample");
      assertThrows(() => pcmFromBase64("no base64!"));
    } finally {
      Object.assign(Uint8Array, { fromBase64 });
    }
  }
});
