import { assert, assertEquals } from "@std/assert";
import { pageNamed, ROOT } from "./pages.ts";

/** The settings that the server's configuration reads. */
async function settings(): Promise<string[]> {
  const source = await Deno.readTextFile(new URL("lib/settings.ts", ROOT));
  const [, fields = ""] = /const schema = z\.object\(\{\n([\s\S]*?)\n\}\);/
    .exec(source) ?? [];
  return [...fields.matchAll(/^ {2}([A-Z][A-Z\d_]+):/gm)].map(([, name]) =>
    name!
  );
}

/** The settings in the first column of a page's tables. */
function documented(markdown: string): string[] {
  return [...markdown.matchAll(/^\|([^|]+)\|/gm)].flatMap(([, cell]) =>
    [...cell!.matchAll(/`([A-Z][A-Z\d_]+)`/g)].map(([, name]) => name!)
  );
}

Deno.test("the configuration's page has every setting, each once, and no other", async () => {
  const [own = "", others = ""] = (await pageNamed("configuration"))
    .split("\n## Of others\n");
  const read = await settings();
  assert(read.includes("PORT") && read.length > 20, read.join(", "));
  const platforms = read.filter((name) => name.startsWith("DENO_"));
  assertEquals(
    documented(own).toSorted(),
    read.filter((name) => !platforms.includes(name)).toSorted(),
  );
  for (const name of platforms) assert(documented(others).includes(name), name);
});

Deno.test("the settings that others read are read", async () => {
  const [, others = ""] = (await pageNamed("configuration"))
    .split("\n## Of others\n");
  const reader = await Deno.readTextFile(
    new URL("lib/tools/weather/open_meteo.ts", ROOT),
  );
  const names = documented(others).filter((name) => !name.startsWith("DENO_"));
  assert(names.length > 0);
  for (const name of names) assert(reader.includes(`"${name}"`), name);
});
