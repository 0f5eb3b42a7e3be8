import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { scaffold } from "../../lib/scaffold/templates.ts";
import { Typist } from "../store/typist.ts";
import { startParley } from "../support/app.ts";
import { copyProject } from "../support/project_copy.ts";

/** Runs a task in a project's folder, without reaching for the network. */
async function task(root: URL, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", ...args],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return {
    code,
    said: decoder.decode(stdout) + decoder.decode(stderr),
  };
}

Deno.test("a tool and an agent that were begun by command work as they are", async () => {
  await using project = await copyProject();
  const { root } = project;
  const agent = await task(root, "new", "agent", "tea_house");
  assertEquals(agent.code, 0, agent.said);
  const tool = await task(root, "new", "tool", "boil_water");
  assertEquals(tool.code, 0, tool.said);
  assertStringIncludes(tool.said, `add "boil_water" to the tools`);

  const file = new URL("lib/agents/tea_house.ts", root);
  const text = await Deno.readTextFile(file);
  await Deno.writeTextFile(
    file,
    text.replace("tools: []", `tools: ["boil_water"]`),
  );
  const { code, said } = await task(root, "check");
  assertEquals(code, 0, said);

  await using app = await startParley({ root });
  const typist = await Typist.start(app, "tea_house");
  await typist.ask("Boil water for Anna.", "Done: boil water, for Anna.");
  await typist.ask("What can you do?", "Nothing yet.");
  await typist.stop();

  const again = await task(root, "new", "tool", "boil_water");
  assertEquals(again.code, 2);
  assertStringIncludes(again.said, "There is a tool 'boil_water' already");
});

Deno.test("names that can't be, and kinds that are none, are refused with the way out", async () => {
  for (const name of ["Roll", "1st", "roll dice", "a__b", "../x", "é", "-"]) {
    assertThrows(() => scaffold("tool", name), TypeError, `'${name}' can't be`);
  }
  assertThrows(() => scaffold("agent", "a".repeat(65)), TypeError);
  const root = new URL("../../", import.meta.url);
  for (
    const args of [[], ["tool"], ["robot", "x"], ["tool", "a", "b"]]
  ) {
    const { code, said } = await task(root, "new", ...args);
    assertEquals(code, 2);
    assertStringIncludes(said, "deno task new tool NAME");
  }
  const { code, said } = await task(root, "new", "tool", "Roll dice");
  assertEquals(code, 2);
  assertStringIncludes(said, "'Roll dice' can't be the name of a tool");
});

Deno.test("the task upstream takes the links out, and puts them back as they were", async () => {
  await using project = await copyProject();
  const config = new URL("deno.json", project.root);
  const read = () => Deno.readTextFile(config);
  const before = await read();
  assert("links" in JSON.parse(before));
  assertEquals((await task(project.root, "upstream")).code, 0);
  const { links: _, ...rest } = JSON.parse(before);
  assertEquals(JSON.parse(await read()), rest);
  // Without the links the task itself must still run: it imports nothing.
  assertEquals((await task(project.root, "upstream")).code, 0);
  assertEquals(await read(), before);
  await project.write("deno.json", before.replace(', "./jsr/assert"', ""));
  const { code, said } = await task(project.root, "upstream");
  assertEquals(code, 1);
  assertStringIncludes(said, "deno.json can't be changed");
});
