/** What a conversation needs to reach the server; fetched once the page is live. */
export { Connection } from "./connection.ts";
export { Preparation } from "./preparation.ts";
