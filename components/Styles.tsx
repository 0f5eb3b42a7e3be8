const FOLDER = new URL("../static/", import.meta.url);

/** What has been read, by name; whoever edits a stylesheet starts the server anew. */
const read = new Map<string, string>();

/**
 * Stylesheets of `static/` as a part of the page itself, so that its first picture
 * waits for no other request. For the server only.
 *
 * @param names Without the extension, in the order in which they apply.
 */
export function Styles({ names }: { names: readonly string[] }) {
  const __html = names.map(textOf).join("");
  return <style dangerouslySetInnerHTML={{ __html }} />;
}

function textOf(name: string): string {
  let text = read.get(name);
  if (text === undefined) {
    text = Deno.readTextFileSync(new URL(`${name}.css`, FOLDER))
      .replaceAll(/\s*\n\s*/g, " ");
    read.set(name, text);
  }
  return text;
}
