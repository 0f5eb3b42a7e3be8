/** What authors test their agents and tools with: `import … from "parley/testing"`. */
export { FakeClock, settle } from "./fake_clock.ts";
export { ScriptedLink } from "./scripted_link.ts";
