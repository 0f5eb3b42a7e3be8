import { type Clock, systemClock, type Timer } from "../clock.ts";
import type {
  RealtimeClientEvent,
  RealtimeResponseCreateParams,
  RealtimeServerEvent,
} from "../realtime/events.ts";

/** How long another call may follow where nobody says that a response is over. */
const MORE_CALLS_MS = 150;

/**
 * Decides when to ask the model for a response: one at a time, after tool calls
 * only when each of them has its output, and not while the person has the word.
 */
export class ResponseSequencer {
  #send: (event: RealtimeClientEvent) => void;
  #seesResponses: boolean;
  #clock: Clock;
  /** A response is being made, as far as is known. */
  #active = false;
  /** Who holds it. */
  #held = new Set<string>();
  #wanted:
    | { response?: RealtimeResponseCreateParams; ifFree?: boolean }
    | undefined;
  /** Whether what was asked for last is not missed where another came first. */
  #ifFree = false;
  #aside: RealtimeResponseCreateParams | undefined;
  #openCalls = new Set<string>();
  #timer: Timer | undefined;

  constructor(
    send: (event: RealtimeClientEvent) => void,
    seesResponses: boolean,
    clock: Clock = systemClock,
  ) {
    this.#send = send;
    this.#seesResponses = seesResponses;
    this.#clock = clock;
  }

  get active(): boolean {
    return this.#active;
  }

  /** Whether nothing is being made, nor about to be. */
  get idle(): boolean {
    return !this.#active && this.#wanted === undefined &&
      this.#openCalls.size === 0;
  }

  /** Wants a response as soon as the model is free. */
  request(response?: RealtimeResponseCreateParams): void {
    this.#wanted = { response };
    this.#flush();
  }

  /** Wants a response, unless one is being made that nobody here has heard of. */
  requestIfFree(): void {
    this.#wanted ??= { ifFree: true };
    this.#flush();
  }

  /**
   * Wants something said in between, while calls may still be running; the latest
   * takes the place of one that has not been said yet.
   */
  aside(response: RealtimeResponseCreateParams): void {
    this.#aside = response;
    this.#flush();
  }

  /**
   * Asks for nothing while somebody holds it; what was wanted meanwhile follows.
   *
   * @param who Each lets go for themselves.
   */
  hold(who: string, held: boolean): void {
    if (held) this.#held.add(who);
    else this.#held.delete(who);
    this.#flush();
  }

  /** The model's peer is another one: it makes no response. */
  renewed(): void {
    this.#active = false;
    this.#aside = undefined;
  }

  /** A tool call was made; the model waits for its output. */
  callOpened(callId: string): void {
    this.#clock.clear(this.#timer);
    this.#openCalls.add(callId);
  }

  /** The call's output has been sent. */
  callAnswered(callId: string): void {
    this.#openCalls.delete(callId);
    // The result says more than word of how it was going.
    this.#aside = undefined;
    this.#wanted ??= {};
    if (this.#seesResponses) {
      this.#flush();
    } else {
      this.#clock.clear(this.#timer);
      this.#timer = this.#clock.after(MORE_CALLS_MS, () => this.#flush());
    }
  }

  /** Learns from what the model's peer reports. */
  observe(event: RealtimeServerEvent): void {
    if (event.type === "response.created") this.#active = true;
    if (event.type === "response.done") {
      this.#active = false;
      this.#flush();
    }
    if (event.type !== "error") return;
    switch (event.error.code) {
      case "conversation_already_has_active_response":
        // Somebody else's response (a turn that was just heard) came first: ours
        // follows when that one is done.
        this.#active = true;
        if (!this.#ifFree) this.#wanted ??= {};
        break;
      case "response_cancel_not_active":
        // Its end was not heard of: a relay loses events when it breaks.
        this.#active = false;
        this.#flush();
    }
  }

  close(): void {
    this.#clock.clear(this.#timer);
    this.#wanted = undefined;
    this.#aside = undefined;
  }

  #flush(): void {
    if (this.#active || this.#held.size > 0) return;
    if (this.#aside !== undefined && this.#seesResponses) {
      const aside = this.#aside;
      this.#aside = undefined;
      this.#create(aside);
    } else if (this.#wanted !== undefined && this.#openCalls.size === 0) {
      const { response, ifFree } = this.#wanted;
      this.#wanted = undefined;
      this.#create(response, ifFree);
    }
  }

  #create(
    response: RealtimeResponseCreateParams | undefined,
    ifFree = false,
  ): void {
    this.#ifFree = ifFree;
    // Until `response.created` or an error comes, ours counts as begun.
    this.#active = this.#seesResponses;
    this.#send({
      type: "response.create",
      ...(response === undefined ? {} : { response }),
    });
  }
}
