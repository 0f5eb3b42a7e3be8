import { csrf } from "fresh";
import type { State } from "../../../lib/define.ts";

/** Pages of other sites can't have conversations deleted. */
export default csrf<State>();
