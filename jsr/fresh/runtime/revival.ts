import { readProps } from "./read_props.ts";

/** What the browser needs to revive islands: module URL, export and props. */
export type RevivalData = [
  url: string,
  name: string,
  props: Record<string, unknown>,
][];

/** Reads what the server wrote down; signals are made anew. */
export function readRevivalData(text: string): RevivalData {
  return readProps(text) as RevivalData;
}
