import { assertEquals } from "@std/assert";

Deno.test("The probe prints what upstream Fresh printed", async () => {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "probe.tsx"],
    cwd: import.meta.dirname,
  }).output();
  assertEquals([success, new TextDecoder().decode(stderr)], [true, ""]);
  const expected = await Deno.readTextFile(
    new URL("probe.expected.txt", import.meta.url),
  );
  const actual = new TextDecoder().decode(stdout);
  assertEquals(actual.split("\n"), expected.split("\n"));
});
