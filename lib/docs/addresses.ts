/** Where the server shows the documentation. */
export const DOCS = "/docs";

/** A page's name, as it stands in its address. */
const PAGE = /^([a-z\d]+(?:-[a-z\d]+)*)\.md(#.*)?$/;

/** A picture's path below the folder. */
const PICTURE = /^(?:[\w-]+\/)*[\w-]+\.(?:png|svg)$/;

/** The server's address of a page; the index is the documentation's own. */
export function addressOf(name: string): string {
  return name === "index" ? DOCS : `${DOCS}/${name}`;
}

/**
 * Where a page's link leads when the server shows it; undefined where that is
 * nothing that the server shows, such as the code.
 */
export function linkTarget(href: string): string | undefined {
  if (href.startsWith("#") || URL.parse(href)?.protocol === "https:") {
    return href;
  }
  const [, name, anchor = ""] = PAGE.exec(href) ?? [];
  return name === undefined ? undefined : addressOf(name) + anchor;
}

/** Where a page's picture is; undefined where the server does not show it. */
export function pictureTarget(href: string): string | undefined {
  return isPicture(href) ? `${DOCS}/${href}` : undefined;
}

/** Whether a path below the folder is one of a picture, and leads nowhere else. */
export function isPicture(path: string): boolean {
  return PICTURE.test(path);
}

/** Whether this can be a page's name. */
export function isPageName(name: string): boolean {
  return PAGE.test(`${name}.md`);
}
