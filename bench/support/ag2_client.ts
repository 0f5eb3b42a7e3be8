import { newId } from "../../lib/realtime/ids.ts";

/** Nobody waits longer for what should come, in ms. */
const PATIENCE_MS = 10_000;

/** More than this of what a server says is not quoted, in characters. */
const MAX_QUOTED = 100;

/** What is looked at of a message. */
interface Message {
  type?: unknown;
  item?: { type?: unknown; call_id?: unknown; output?: unknown };
}

/** A function call's output, and when it came, in ms. */
interface Output {
  text: string;
  at: number;
}

/** A browser of AG2's as its server sees it, without a call to any model. */
export class Ag2Client {
  readonly #url: string;
  readonly #socket: WebSocket;
  readonly #init = Promise.withResolvers<number>();
  readonly #closed = Promise.withResolvers<void>();
  /** Those that wait for their output, by their ids. */
  readonly #calls = new Map<string, PromiseWithResolvers<Output>>();
  #introduced = false;

  private constructor(url: string) {
    this.#url = url;
    const socket = this.#socket = new WebSocket(url);
    socket.addEventListener("error", (event) => {
      const why = event instanceof ErrorEvent ? `: ${event.message}` : "";
      this.#fail(`The WebSocket ${url} can't be used${why}`);
    });
    socket.addEventListener("close", ({ code, reason }) => {
      this.#fail(`The server has closed the connection: ${code} ${reason}`);
      this.#closed.resolve();
    });
    socket.addEventListener("message", ({ data }) => this.#receive(data));
  }

  /**
   * Connects; resolves when the server has introduced itself, with how long that
   * took, in ms.
   *
   * @throws {Error} where nobody answers, or does on another wire, within 10 s.
   */
  static async open(
    url: string,
  ): Promise<{ client: Ag2Client; initMs: number }> {
    const begun = performance.now();
    const client = new Ag2Client(url);
    try {
      const at = await inTime(client.#init.promise, `"ag2.init" from ${url}`);
      return { client, initMs: at - begun };
    } catch (error) {
      // Why it could not begin says more than how it ended.
      await client.close().catch(() => {});
      throw error;
    }
  }

  /**
   * Tells the server of a function call as a browser does that relays it; resolves
   * with its output, and how long that took, in ms.
   *
   * @throws {Error} where there is no output within 10 s, or an error instead.
   */
  async call(
    name: string,
    args: string,
  ): Promise<{ output: string; ms: number }> {
    const call_id = newId("call");
    const [response_id, item_id] = [newId("resp"), newId("item")];
    const call = Promise.withResolvers<Output>();
    this.#calls.set(call_id, call);
    const begun = performance.now();
    this.#send({
      type: "response.function_call_arguments.done",
      response_id,
      item_id,
      output_index: 0,
      call_id,
      name,
      arguments: args,
    });
    const item = {
      id: item_id,
      type: "function_call",
      status: "completed",
      call_id,
      name,
      arguments: args,
    };
    this.#send({
      type: "response.done",
      response: {
        object: "realtime.response",
        id: response_id,
        status: "completed",
        output: [item],
      },
    });
    try {
      const { text, at } = await inTime(call.promise, "output of a call");
      return { output: text, ms: at - begun };
    } finally {
      this.#calls.delete(call_id);
    }
  }

  /** Leaves; resolves when the server has, too, after 10 s at the latest. */
  async close(): Promise<void> {
    this.#socket.close();
    await inTime(this.#closed.promise, "end of the connection");
  }

  #send(event: object): void {
    this.#socket.send(JSON.stringify({ event_id: newId("event"), ...event }));
  }

  #receive(data: unknown): void {
    const at = performance.now();
    const message = read(data);
    const said = String(data).slice(0, MAX_QUOTED);
    if (!this.#introduced) {
      this.#introduced = true;
      if (message.type === "ag2.init") this.#init.resolve(at);
      else {
        this.#fail(
          `${this.#url} does not speak AG2's wire, which begins with "ag2.init": it says ${said}`,
        );
      }
    } else if (message.type === "error") {
      this.#fail(`The server tells of an error: ${said}`);
    } else if (message.item?.type === "function_call_output") {
      const { call_id, output } = message.item;
      this.#calls.get(String(call_id))?.resolve({ text: String(output), at });
    }
  }

  /** What is being waited for does not come any more. */
  #fail(why: string): void {
    const error = new Error(why);
    this.#init.reject(error);
    for (const call of this.#calls.values()) call.reject(error);
  }
}

function read(data: unknown): Message {
  try {
    return JSON.parse(String(data)) ?? {};
  } catch {
    return {};
  }
}

/** @throws {Error} where it takes longer than 10 s. */
async function inTime<Value>(
  promise: Promise<Value>,
  what: string,
): Promise<Value> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`No ${what} within ${PATIENCE_MS / 1000} s`)),
    PATIENCE_MS,
  );
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
