import { AgentLoop } from "../engine/agent_loop.ts";
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
export interface RunOptions {
  observers?: Observer[];
  /** See {@link AgentLoop}: ends the conversation when somebody changes it. */
  guard?: (reason: string) => void;
  /** As the link's session was set up. */
  turnTaking?: TurnTaking;
}

/** One conversation, from the server's side: its place, its log, its loop. */
export class Session {
  readonly id = newId("sess");
  readonly cast: Cast;
  readonly log: Log;
  readonly #services: Services;

  /**
   * Takes a place.
   *
   * @param end Ends the conversation when the server stops.
   * @throws {StartError} `too_many_sessions`
   */
  constructor(
    services: Services,
    cast: Cast,
    end: (reason: string) => Promise<void>,
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
    this.log = services.log.with({ session: this.id, agent: cast.name });
    services.sessions.set(this.id, end);
  }

  /** The session object for the model's peer. */
  config(turnTaking?: TurnTaking): SessionConfig {
    const { agent, company } = this.cast;
    const { config } = this.#services;
    return sessionConfigOf(agent, company, config, turnTaking);
  }

  /** Starts the agent loop on a link; it runs until the link ends. */
  run(
    link: ModelLink,
    { observers = [], guard, turnTaking }: RunOptions = {},
  ): AgentLoop {
    const { config } = this.#services;
    const recorder = this.#services.recorder.record({
      id: this.id,
      agent: { name: this.cast.name, title: this.cast.agent.title },
      provider: config.provider,
      titleOf: (name) => this.cast.company.agents.get(name)?.title ?? name,
      log: this.log,
    });
    const loop = new AgentLoop({
      sessionId: this.id,
      agentName: this.cast.name,
      company: this.cast.company,
      link,
      // Whatever it is called, the embedded peer is the one that answers.
      model: config.provider === "local" ? LOCAL_MODEL : config.model,
      log: this.log,
      toolTimeoutMs: config.toolTimeoutMs,
      observers: [logObserver(this.log), recorder, ...observers],
      guard,
      turnTaking,
    });
    loop.run().catch((error) =>
      this.log.error("The agent loop failed", { error: String(error) })
    );
    return loop;
  }

  /** Gives the place free. */
  release(): void {
    this.#services.sessions.delete(this.id);
  }
}
