/** What the documentation's tests read of it. */
export const ROOT = new URL("../../", import.meta.url);
export const DOCS = new URL("docs/", ROOT);

/** A page, by its file's name below the project's folder, and its Markdown. */
export interface PageFile {
  file: string;
  text: string;
}

/** Every page there is, and the README where that is asked for. */
export async function pages(
  { readme = false } = {},
): Promise<PageFile[]> {
  const files = readme ? ["README.md"] : [];
  for (const { name } of Deno.readDirSync(DOCS)) {
    if (name.endsWith(".md")) files.push(`docs/${name}`);
  }
  return await Promise.all(
    files.toSorted().map(async (file) => ({
      file,
      text: await Deno.readTextFile(new URL(file, ROOT)),
    })),
  );
}

/** The Markdown of one page in `docs/`. */
export function pageNamed(name: string): Promise<string> {
  return Deno.readTextFile(new URL(`${name}.md`, DOCS));
}

/** A fenced block of code. */
export interface Block {
  language: string;
  /** What stands behind the language. */
  info: string;
  code: string;
}

/** The fenced blocks of a page. */
export function blocksOf(text: string): Block[] {
  return [...text.matchAll(/^( *)```(\S*)(.*)\n([\s\S]*?)^\1```$/gm)].map(
    ([, , language = "", info = "", code = ""]) => ({
      language,
      info: info.trim(),
      code,
    }),
  );
}

/** A page's text without its fenced blocks. */
export function proseOf(text: string): string {
  return text.replaceAll(/^( *)```[\s\S]*?^\1```$/gm, "");
}
