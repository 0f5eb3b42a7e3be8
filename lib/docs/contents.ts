/** A page as the list of pages names it. */
export interface ListedPage {
  /** As it stands in its address. */
  name: string;
  title: string;
}

/**
 * The pages in reading order: the index itself, and what its numbered list links
 * to.
 *
 * @param index The Markdown of the index.
 */
export function contentsOf(index: string): ListedPage[] {
  const title = /^# (.+)$/m.exec(index)?.[1] ?? "";
  const listed = index.matchAll(/^\d+\. \[([^\]]+)\]\(([a-z\d-]+)\.md\)/gm);
  return [
    { name: "index", title },
    ...[...listed].map(([, title = "", name = ""]) => ({ name, title })),
  ];
}
