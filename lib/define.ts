import { createDefine } from "fresh";
import type { Services } from "./services.ts";

/** What every route finds in `ctx.state`. */
export interface State {
  services: Services;
}

/** Fresh's helpers, for this app's state. */
export const define = createDefine<State>();
