import { assertEquals, assertObjectMatch } from "@std/assert";
import { defineAgent } from "../../lib/engine/agent.ts";
import { startLoop } from "./loop.ts";

const PUSH_TO_TALK = { pushToTalk: true, bargeIn: true };

/** A loop with push to talk. */
function startPushToTalk() {
  const run = startLoop({}, { turnTaking: PUSH_TO_TALK });
  return {
    ...run,
    /** The peer has taken the turn. */
    taken: () =>
      run.emit({ type: "input_audio_buffer.committed", item_id: "u" }),
    /** The peer refuses the latest turn: there was no sound in it. */
    async refused() {
      const commit = run.sent.findLast(({ type }) =>
        type === "input_audio_buffer.commit"
      );
      await run.emit({
        type: "error",
        error: {
          type: "invalid_request_error",
          code: "input_audio_buffer_commit_empty",
          message: "Too small",
          event_id: commit!.event_id,
        },
      });
    },
  };
}

Deno.test("the button begins a turn and ends it; the answer is asked for when the peer has it", async () => {
  const run = startPushToTalk();
  run.loop.talk(true);
  assertEquals(run.types(), ["input_audio_buffer.clear"]);
  run.loop.talk(false);
  assertEquals(run.types(), ["input_audio_buffer.commit"]);
  await run.taken();
  assertEquals(run.types(), ["response.create"]);
  await run.end();
});

Deno.test("the button silences the agent, whether it is making its answer or being heard", async () => {
  const run = startPushToTalk();
  await run.responds();
  run.loop.talk(true);
  assertEquals(run.types(), ["response.cancel", "input_audio_buffer.clear"]);
  run.loop.talk(false);
  await run.responded();
  run.types();
  await run.taken();
  assertEquals(run.types(), ["response.create"]);
  await run.responds();
  await run.responded();
  await run.emit({ type: "output_audio_buffer.started", response_id: "r" });
  run.loop.talk(true);
  assertEquals(run.types(), [
    "output_audio_buffer.clear",
    "input_audio_buffer.clear",
  ]);
  await run.end();
});

Deno.test("a press too short to hold any sound gets no answer, and is no error", async () => {
  const run = startPushToTalk();
  run.loop.talk(true);
  run.loop.talk(false);
  await run.refused();
  run.types();
  await run.taken();
  assertEquals(run.types(), [], "what is taken now is not the button's");
  assertEquals(run.ofType("error"), []);
  await run.end();
});

Deno.test("a button that did not go down does not go up", async () => {
  const run = startPushToTalk();
  run.loop.talk(false);
  run.loop.talk(true);
  run.loop.talk(false);
  run.loop.talk(false);
  assertEquals(run.types(), [
    "input_audio_buffer.clear",
    "input_audio_buffer.commit",
  ]);
  await run.end();
});

Deno.test("nobody speaks while the button is down: what was wanted follows the turn, in one answer", async () => {
  const run = startPushToTalk();
  run.loop.talk(true);
  run.types();
  run.loop.text("And this");
  assertEquals(run.types(), ["conversation.item.create"]);
  run.loop.talk(false);
  assertEquals(run.types(), ["input_audio_buffer.commit"]);
  await run.taken();
  assertEquals(run.types(), ["response.create"]);
  await run.end();
});

Deno.test("what was wanted while the button was down is not lost when there was no turn", async () => {
  const run = startPushToTalk();
  run.loop.talk(true);
  run.loop.text("And this");
  run.loop.talk(false);
  await run.refused();
  assertEquals(run.types().at(-1), "response.create");
  await run.end();
});

Deno.test("two turns in quick succession share an answer", async () => {
  const run = startPushToTalk();
  run.loop.talk(true);
  run.loop.talk(false);
  run.loop.talk(true);
  run.loop.talk(false);
  run.types();
  await run.taken();
  assertEquals(run.types(), ["response.create"]);
  await run.responds();
  await run.taken();
  await run.responded();
  assertEquals(run.types(), []);
  await run.end();
});

Deno.test("a turn that is taken while the button is down again is answered with the next", async () => {
  const run = startPushToTalk();
  run.loop.talk(true);
  run.loop.talk(false);
  run.loop.talk(true);
  run.types();
  await run.taken();
  assertEquals(run.types(), []);
  run.loop.talk(false);
  await run.refused();
  assertEquals(run.types(), ["input_audio_buffer.commit", "response.create"]);
  await run.end();
});

Deno.test("with an open microphone the peer asks for the answers itself", async () => {
  const run = startLoop();
  await run.emit({ type: "input_audio_buffer.committed", item_id: "u" });
  assertEquals(run.types(), []);
  await run.end();
});

Deno.test("turns are taken in another way by a change of just that, which is ours", async () => {
  const run = startLoop();
  const expectChange = async (turn_detection: unknown) => {
    const update = run.sent.shift()!;
    assertEquals<unknown>({ ...update, event_id: "" }, {
      type: "session.update",
      event_id: "",
      session: { type: "realtime", audio: { input: { turn_detection } } },
    });
    await run.emit({ type: "session.updated", session: { type: "realtime" } });
    assertEquals(run.types(), [], "nothing is put back");
  };
  run.loop.takeTurns(PUSH_TO_TALK);
  await expectChange(null);
  run.loop.takeTurns({ pushToTalk: false, bargeIn: false });
  await expectChange({
    type: "server_vad",
    create_response: true,
    interrupt_response: false,
  });
  run.loop.takeTurns({ pushToTalk: false, bargeIn: true });
  await expectChange({
    type: "server_vad",
    create_response: true,
    interrupt_response: true,
  });
  assertEquals(run.ended, []);
  await run.end();
});

Deno.test("a microphone that opens while the button is down lets the agent speak", async () => {
  const run = startPushToTalk();
  run.loop.talk(true);
  run.loop.text("Hello");
  run.types();
  run.loop.takeTurns({ pushToTalk: false, bargeIn: true });
  assertEquals(run.types(), ["response.create", "session.update"]);
  await run.end();
});

Deno.test("a handoff leaves the way in which turns are taken as it is", async () => {
  const run = startLoop({}, {
    turnTaking: PUSH_TO_TALK,
    agent: { handoffs: ["other"] },
    others: { other: defineAgent({ title: "Other", instructions: "x" }) },
  });
  await run.call("transfer_to_other", "{}");
  const update = run.sent.shift()!;
  assertEquals(
    update.type === "session.update" && Object.keys(update.session),
    ["type", "instructions", "tools", "tool_choice"],
    "what is not named stays",
  );
  await run.end();
});

Deno.test("what somebody else changes is put back with the way in which turns are taken", async () => {
  const run = startLoop({}, { turnTaking: PUSH_TO_TALK });
  await run.emit({ type: "session.updated", session: { type: "realtime" } });
  assertObjectMatch(run.sent.shift()!, {
    type: "session.update",
    session: {
      instructions: "Test",
      audio: { input: { turn_detection: null } },
    },
  });
  await run.end();
});

Deno.test("an answer whose end got lost is not waited for once the peer says that there is none", async () => {
  const run = startPushToTalk();
  await run.responds();
  run.loop.talk(true);
  run.loop.talk(false);
  await run.taken();
  run.types();
  await run.emit({
    type: "error",
    error: {
      type: "invalid_request_error",
      code: "response_cancel_not_active",
      message: "None",
    },
  });
  assertEquals(run.types(), ["response.create"]);
  assertEquals(run.ofType("error"), []);
  await run.end();
});
