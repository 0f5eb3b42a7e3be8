import { AgentLoop, type AgentLoopParts } from "../engine/agent_loop.ts";
import type { Agent } from "../engine/agent.ts";
import { logObserver, type Observer } from "../engine/observer.ts";
import { type Company, sessionConfigOf } from "../engine/session_config.ts";
import type { Log } from "../engine/tool.ts";
import type { TurnTaking } from "../engine/turn_taking.ts";
import { LOCAL_MODEL } from "../local/session_config.ts";
import type { SessionConfig } from "../realtime/events.ts";
import { newId } from "../realtime/ids.ts";
import type { ModelLink } from "../realtime/link.ts";
import type { Services } from "../services.ts";
import type { KeptConversation } from "../store/conversation_store.ts";
import type { Recorded } from "../store/recorder.ts";
import { ConversationTrace } from "../telemetry/conversation_trace.ts";

/** A conversation could not begin; the message is for the person. */
export class StartError extends Error {
  override name = "StartError";

  constructor(
    readonly code: "unknown_agent" | "too_many_sessions",
    message: string,
    readonly retryable: boolean,
  ) {
    super(message);
  }
}

/** The agent of a conversation, and all agents and tools as they are now. */
export interface Cast {
  name: string;
  agent: Agent;
  company: Company;
}

/** The agent where a client names none. */
export const DEFAULT_AGENT = "weather";

/**
 * Finds an agent.
 *
 * @throws {StartError} `unknown_agent`, with the names that are known.
 */
export async function findAgent(
  services: Services,
  name: string = DEFAULT_AGENT,
): Promise<Cast> {
  const company = await services.catalog();
  const agent = company.agents.get(name);
  if (agent === undefined) {
    throw new StartError(
      "unknown_agent",
      `There is no agent '${name.slice(0, 64)}'. The agents are: ${
        [...company.agents.keys()].join(", ") || "none"
      }.`,
      false,
    );
  }
  return { name, agent, company };
}

/** What a conversation's loop is run with, beside what the session knows. */
export interface RunOptions extends
  Pick<
    AgentLoopParts,
    "guard" | "guarded" | "turnTaking" | "journal" | "takenUp"
  > {
  observers?: Observer[];
}

/** A conversation that this server has, as the server's end sees it. */
export interface Running {
  /** Ends it; resolves when its call is over. */
  end: (reason: string) => Promise<void>;
  /**
   * Leaves it to another process in the next pause, and at the latest when the
   * signal fires; ends it where that can't be.
   */
  handOver?: (deadline: AbortSignal) => Promise<void>;
}

/** What another process knows of a conversation that goes on here. */
export interface TakenUp {
  id: string;
  /** Undefined where nothing was kept of it. */
  kept: KeptConversation | undefined;
}

/** One conversation, from the server's side: its place, its log, its loop. */
export class Session {
  readonly id: string;
  readonly cast: Cast;
  readonly log: Log;
  /** What is kept of it. */
  readonly recorded: Recorded;
  readonly #services: Services;
  readonly #model: string;
  readonly #trace: ConversationTrace;

  /**
   * Takes a place.
   *
   * @param running How the server ends the conversation when it stops.
   * @param takenUp Where another process has begun it.
   * @throws {StartError} `too_many_sessions`
   */
  constructor(
    services: Services,
    cast: Cast,
    running: Running,
    takenUp?: TakenUp,
  ) {
    const { maxSessions } = services.config;
    if (services.sessions.size >= maxSessions) {
      throw new StartError(
        "too_many_sessions",
        `All ${maxSessions} places for conversations are taken. Try again in a moment.`,
        true,
      );
    }
    this.#services = services;
    this.cast = cast;
    this.id = takenUp?.id ?? newId("sess");
    this.log = services.log.with({ session: this.id, agent: cast.name });
    this.recorded = services.recorder.record({
      id: this.id,
      agent: { name: cast.name, title: cast.agent.title },
      provider: services.config.provider,
      titleOf: (name) => cast.company.agents.get(name)?.title ?? name,
      log: this.log,
      takenUp: takenUp?.kept,
    });
    const { config: { provider, model, captureContent } } = services;
    // Whatever it is called, the embedded peer is the one that answers.
    this.#model = provider === "local" ? LOCAL_MODEL : model;
    this.#trace = new ConversationTrace({
      sessionId: this.id,
      agent: cast.name,
      provider,
      model: this.#model,
      captureContent,
    });
    services.sessions.set(this.id, running);
    services.heartbeat.enter();
  }

  /** The session object for the model's peer. */
  config(turnTaking?: TurnTaking, agentName?: string): SessionConfig {
    const { agent, company } = this.cast;
    const { config } = this.#services;
    // After a handoff it is another one.
    const now = company.agents.get(agentName ?? "") ?? agent;
    return sessionConfigOf(now, company, config, turnTaking);
  }

  /** Starts the agent loop on a link; it runs until the link ends. */
  run(
    link: ModelLink,
    { observers = [], ...how }: RunOptions = {},
  ): AgentLoop {
    const { config } = this.#services;
    const loop = new AgentLoop({
      sessionId: this.id,
      agentName: this.cast.name,
      company: this.cast.company,
      link,
      model: this.#model,
      log: this.log,
      toolTimeoutMs: config.toolTimeoutMs,
      observers: [
        logObserver(this.log),
        this.recorded.observe,
        this.#trace.observe,
        ...observers,
      ],
      ...how,
    });
    loop.run().catch((error) =>
      this.log.error("The agent loop failed", { error: String(error) })
    );
    return loop;
  }

  /** Another process has the conversation: what is to be told of it is told there. */
  letGo(): void {
    this.recorded.letGo();
    this.#trace.close();
  }

  /** Gives the place free. */
  release(): void {
    if (!this.#services.sessions.delete(this.id)) return;
    this.#services.heartbeat.leave();
  }
}
