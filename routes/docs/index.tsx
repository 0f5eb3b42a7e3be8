/** The index: `/docs/`, too, which the other route's pattern does not take. */
export { default, handler } from "./[...path].tsx";
