import { createDefine } from "fresh";
import type { Language } from "./language/languages.ts";
import type { Messages } from "./language/messages.ts";
import type { Services } from "./services.ts";

/** What every route finds in `ctx.state`. */
export interface State {
  services: Services;
  /** The language that the browser asks for, and the page's words in it. */
  language: Language;
  messages: Messages;
}

/** Fresh's helpers, for this app's state. */
export const define = createDefine<State>();
