/**
 * The part of the Fresh API that runs on the server and in the browser.
 *
 * @module
 */
export { asset } from "./runtime/asset.ts";
export { Head, type HeadProps } from "./runtime/head.ts";

/** Whether this code runs in a browser. */
export const IS_BROWSER: boolean = typeof document !== "undefined";
