import { createDefine } from "fresh";
import type { Caller } from "./doors/caller.ts";
import type { Identity } from "./identity.ts";
import type { Language } from "./language/languages.ts";
import type { Messages } from "./language/messages.ts";
import type { Services } from "./services.ts";

/** What every route finds in `ctx.state`. */
export interface State {
  services: Services;
  /** Where the request comes from. */
  caller: Caller;
  /** Who it is from; undefined for strangers, who get to see very little. */
  identity?: Identity;
  /** The language that the browser asks for, and the page's words in it. */
  language: Language;
  messages: Messages;
}

/** Fresh's helpers, for this app's state. */
export const define = createDefine<State>();
