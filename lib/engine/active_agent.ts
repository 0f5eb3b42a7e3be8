import type { SessionConfig } from "../realtime/events.ts";
import type { Agent } from "./agent.ts";
import { handoffTarget } from "./handoff.ts";
import { type Company, roleOf, toolsOf } from "./session_config.ts";
import type { Tool } from "./tool.ts";

/** Who has a conversation at this moment: one agent after the other, by handoffs. */
export class ActiveAgent {
  readonly #company: Company;
  #name: string;
  #agent: Agent;
  #tools: ReadonlyMap<string, Tool>;

  /** @throws {Error} where the agent is not in the company. */
  constructor(name: string, company: Company) {
    this.#company = company;
    this.#name = name;
    this.#agent = this.#find(name);
    this.#tools = toolsOf(this.#agent, company);
  }

  get name(): string {
    return this.#name;
  }

  get agent(): Agent {
    return this.#agent;
  }

  /** What it may call, by name. */
  get tools(): ReadonlyMap<string, Tool> {
    return this.#tools;
  }

  /** What makes the model this agent. */
  get role(): Omit<SessionConfig, "type"> {
    return roleOf(this.#agent, this.#company);
  }

  /** Whom it hands over to by this function; undefined for any other function. */
  handsOverTo(functionName: string): string | undefined {
    const target = handoffTarget(functionName);
    if (target === undefined || !this.#company.agents.has(target)) return;
    return this.#agent.handoffs?.includes(target) ? target : undefined;
  }

  /**
   * Hands over.
   *
   * @throws {Error} where the other agent is not in the company.
   */
  become(name: string): void {
    this.#agent = this.#find(name);
    this.#name = name;
    this.#tools = toolsOf(this.#agent, this.#company);
  }

  #find(name: string): Agent {
    const agent = this.#company.agents.get(name);
    if (agent === undefined) throw new Error(`There is no agent '${name}'`);
    return agent;
  }
}
