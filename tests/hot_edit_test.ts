import { assertEquals, assertMatch } from "@std/assert";
import { startParley } from "./support/app.ts";
import { copyProject } from "./support/project_copy.ts";
import { SocketClient } from "./support/socket_client.ts";

/** What the weather tool says of Rome in a new conversation. */
async function askForRome(url: string): Promise<string> {
  const client = await SocketClient.open(
    `${url.replace("http", "ws")}/session?agent=weather`,
  );
  await client.next("ag2.init");
  client.send({
    type: "response.function_call_arguments.done",
    call_id: "c1",
    name: "get_weather",
    arguments: '{"location":"Rome"}',
  });
  const { item } = await client.next("conversation.item.create");
  await client.close();
  return item.output;
}

Deno.test("an edit of a tool under a running server changes the next conversation, a mistake in it does not", async () => {
  await using project = await copyProject();
  {
    const { root } = project;
    await using app = await startParley({ root });
    assertMatch(await askForRome(app.url), /^The weather in Rome is cloudy\./);

    const tool = new URL("lib/tools/get_weather.ts", root);
    const text = await Deno.readTextFile(tool);
    await Deno.writeTextFile(
      tool,
      text.replace("`The weather in", "`The sky over"),
    );
    assertMatch(await askForRome(app.url), /^The sky over Rome is cloudy\./);

    await Deno.writeTextFile(
      tool,
      text.replace("async execute(", "async execute(("),
    );
    assertMatch(await askForRome(app.url), /^The sky over Rome is cloudy\./);
    const { faults } = await (await fetch(`${app.url}/api/status`)).json();
    assertEquals(faults.length, 1);
    assertEquals(faults[0].file, "lib/tools/get_weather.ts");
    assertEquals(typeof faults[0].line, "number");
    assertMatch(app.logs(), /lib\/tools\/get_weather\.ts/);

    await Deno.writeTextFile(tool, text);
    assertMatch(await askForRome(app.url), /^The weather in Rome is cloudy\./);
    const mended = await (await fetch(`${app.url}/api/status`)).json();
    assertEquals(mended.faults, []);
  }
});
