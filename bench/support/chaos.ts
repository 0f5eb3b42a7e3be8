import { delay } from "../../lib/clock.ts";
import type { Turn } from "../../lib/realtime/turns.ts";
import { type ChaosRig, startChaosRig } from "./chaos_rig.ts";
import { converse, type Talk } from "./chaos_talk.ts";
import { openPages } from "./open_pages.ts";
import type { ScriptedPage } from "./scripted_page.ts";
import { type Line, noneOf } from "./soak_table.ts";

/** Texts that each conversation says at least: one of each kind. */
const TEXTS = 4;

/** A server that came back lives this long at least, and this much longer at most, in ms. */
const LEAST_MS = 500;
const MORE_MS = 3_000;

export interface ChaosOptions {
  conversations: number;
  /** Those of one database: a page comes back to the next one each time. */
  servers: number;
  kills: number;
}

/** Has servers die in the middle of conversations, and says what that has cost. */
export async function chaos(
  { conversations, servers, kills }: ChaosOptions,
): Promise<Line[]> {
  await using rig = await startChaosRig(servers, conversations);
  const pages = await openAll(rig.urls, conversations);
  const talk: Talk = { answered: 0, typedAgain: 0, failures: [] };
  let done = false;
  const talking = pages.map((page) =>
    converse(page, talk, (round) => done && round >= TEXTS)
  );
  for (let kill = 0; kill < kills; kill++) {
    await delay(LEAST_MS + Math.random() * MORE_MS);
    await rig.restart(kill % servers);
  }
  done = true;
  await Promise.all(talking);
  return [
    { what: "conversations", figure: conversations },
    { what: "servers, killed", figure: `${servers}, ${kills} times` },
    { what: "texts answered", figure: talk.answered },
    {
      what: "resumed",
      figure: pages.reduce((sum, page) => sum + page.resumed, 0),
    },
    { what: "lost on the way, and typed again", figure: talk.typedAgain },
    noneOf("lost, or without an answer", talk.failures),
    ...endsOf(pages),
    ...await compare(rig, pages),
  ];
}

function openAll(
  urls: readonly string[],
  count: number,
): Promise<ScriptedPage[]> {
  return openPages(urls, count, (number) => {
    let server = number;
    return {
      // Both kinds at each server.
      transport: number % 4 < 2 ? "webrtc" : "socket",
      comeBack: () => urls[++server % urls.length]!,
    };
  });
}

function endsOf(pages: readonly ScriptedPage[]): Line[] {
  const ends = Map.groupBy(pages, ({ ended }) => ended?.code ?? "no reason");
  return ends.entries().map(([code, { length }]) => ({
    what: `ended: ${code}`,
    figure: length,
    ...code === "no reason" && { limit: 0, kept: false },
  })).toArray();
}

/** What pages were shown, tools did and the model was told, against what is kept. */
async function compare(
  { peer, urls, runs, faults }: ChaosRig,
  pages: readonly ScriptedPage[],
): Promise<Line[]> {
  const lost: string[] = [];
  const keptCalls = new Set<string>();
  for (const { id, turns: shown } of pages) {
    const answer = await fetch(`${urls[0]}/api/conversations/${id}`);
    const { turns }: { turns: Turn[] } = await answer.json();
    for (const turn of turns) {
      if (turn.kind === "tool") keptCalls.add(turn.callId);
    }
    const kept = new Set(turns.map(signOf));
    for (const turn of shown) {
      if (isSettled(turn) && !kept.has(signOf(turn))) {
        lost.push(`${id}: ${signOf(turn)}`);
      }
    }
  }
  const ran = await runs();
  const twice = [...ran].filter(([, times]) => times > 1).map(([call]) => call);
  const { outputs } = await peer.figures();
  const heardOf = (callId: string) =>
    keptCalls.has(callId) || ran.has(`note ${callId}`) ||
    ran.has(`look_up ${callId}`);
  const calls = Object.entries(outputs).filter(([callId, times]) =>
    times > 0 || heardOf(callId)
  );
  const wrong = calls.filter(([, times]) => times !== 1);
  return [
    noneOf("turns lost", lost),
    { what: "tool calls", figure: calls.length },
    {
      // Their session ended with the socket of the server that died.
      what: "calls that no server heard of",
      figure: Object.keys(outputs).length - calls.length,
    },
    {
      what: "idempotent tools run again",
      figure: twice.filter((call) => call.startsWith("look_up")).length,
    },
    noneOf("tools run twice", twice.filter((call) => call.startsWith("note"))),
    noneOf(
      "calls without exactly one output",
      wrong.map(([callId, times]) => `${callId}: ${times}`),
    ),
    noneOf("errors in the servers' logs", faults()),
  ];
}

function isSettled(turn: Turn): boolean {
  return turn.kind === "message"
    ? turn.status === "complete"
    : turn.kind !== "tool" || turn.output !== undefined;
}

/** A turn as far as page and server must agree on it. */
function signOf(turn: Turn): string {
  switch (turn.kind) {
    case "message":
      return `${turn.id} ${turn.role}: ${turn.text}`;
    case "tool":
      return `${turn.callId} ${turn.status}: ${turn.output}`;
    default:
      return `${turn.id} ${turn.kind}`;
  }
}
