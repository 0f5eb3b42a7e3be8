/**
 * The development side of the Fresh API: what builds an app and serves it with
 * live reload.
 *
 * @module
 */
export {
  Builder,
  type BuilderOptions,
  type BuildOptions,
} from "./dev/builder.ts";
