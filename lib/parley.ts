/** What authors of agents and tools import: `import { defineTool } from "parley"`. */
export { type AgentDefinition, defineAgent } from "./engine/agent.ts";
export {
  defineTool,
  type Log,
  type ToolContext,
  type ToolDefinition,
  type ToolExamples,
} from "./engine/tool.ts";
