import type { ComponentChildren } from "preact";

/** Props of {@linkcode Head}. */
export interface HeadProps {
  /** Elements for the document's head. */
  children?: ComponentChildren;
}

let collect: (children: ComponentChildren) => void = () => {};

/** Says what becomes of the elements that `Head` gets. */
export function setHeadCollector(
  collector: (children: ComponentChildren) => void,
): void {
  collect = collector;
}

/** Puts elements into the document's head; the last rendered one wins. */
export function Head({ children }: HeadProps): null {
  collect(children);
  return null;
}
