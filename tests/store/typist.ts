import { withReport } from "../../lib/client/reports.ts";
import { EMPTY_TRANSCRIPT, transcribe } from "../../lib/realtime/transcript.ts";
import type { Turn } from "../../lib/realtime/turns.ts";
import { type ServerFrame, SUBPROTOCOL } from "../../lib/session/envelope.ts";
import type { Conversation } from "../../lib/store/conversation_store.ts";
import type { RunningParley } from "../support/app.ts";
import { SocketClient } from "../support/socket_client.ts";

/** A page without sound: it types, and makes its transcript of what it hears. */
export class Typist {
  readonly #client: SocketClient;
  readonly id: string;
  #transcript = EMPTY_TRANSCRIPT;

  private constructor(client: SocketClient, id: string) {
    this.#client = client;
    this.id = id;
  }

  /** Begins a conversation, and resolves when the greeting has been said. */
  static async start({ url }: RunningParley, agent?: string): Promise<Typist> {
    const address = `${url.replace("http", "ws")}/session`;
    const client = await SocketClient.open(address, SUBPROTOCOL);
    client.send({ type: "start", transport: "socket", agent });
    const { sessionId } = await client.next("ready");
    const typist = new Typist(client, sessionId);
    client.send({ type: "connected" });
    await typist.#until((frame) =>
      frame.type === "event" && frame.event.type === "response.done"
    );
    return typist;
  }

  get turns(): readonly Turn[] {
    return this.#transcript.turns;
  }

  /** Types this, and resolves when these words have been answered. */
  async ask(text: string, answer: string): Promise<void> {
    this.#client.send({ type: "text", text });
    await this.#until(() => {
      const last = this.turns.at(-1);
      return last?.kind === "message" && last.status === "complete" &&
        last.text.includes(answer);
    });
  }

  async stop(): Promise<void> {
    this.#client.send({ type: "stop" });
    await this.#until(({ type }) => type === "ended");
    await this.#client.closed();
  }

  async #until(found: (frame: ServerFrame) => boolean): Promise<void> {
    while (true) {
      const frame: ServerFrame = await this.#client.next();
      const at = Date.now();
      this.#transcript = frame.type === "event"
        // deno-lint-ignore no-explicit-any
        ? transcribe(this.#transcript, frame.event as any, at)
        : withReport(this.#transcript, frame, at);
      if (found(frame)) return;
    }
  }
}

/** What of turns is the same wherever they are seen: not the moment. */
export function timeless(turns: readonly Turn[]): unknown[] {
  return turns.map(({ at: _, ...turn }) => turn);
}

/** What the API says, once it is as wanted: the store is written behind. */
export async function once<Answer>(
  { url }: RunningParley,
  path: string,
  isWanted: (answer: Answer) => boolean,
): Promise<Answer> {
  for (let time = 0; time < 10_000; time++) {
    const answer = await (await fetch(`${url}${path}`)).json();
    if (isWanted(answer)) return answer;
  }
  throw new Error(`${path} never was as wanted`);
}

/** A conversation that has ended. */
export function ended(app: RunningParley, id: string): Promise<Conversation> {
  return once(
    app,
    `/api/conversations/${id}`,
    ({ endedAt }) => endedAt !== undefined,
  );
}
