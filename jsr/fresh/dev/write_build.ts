import type { Layout, Made } from "./make_build.ts";

/** The way from the output folder back to the project's. */
function upFrom(outDir: string): string {
  return outDir.split("/").map(() => "..").join("/");
}

/** The source of the module that starts the built app. */
function serverSource(made: Made, layout: Layout): string {
  const { outDir, islandDir, routeDir, serverEntry } = layout;
  const up = upFrom(outDir);
  const text = JSON.stringify;
  const imports = [
    `import { serverOf } from "fresh/internal";`,
    `import { app } from ${text(`${up}/${serverEntry}`)};`,
  ];
  const islands = made.islands.map((file, i) => {
    imports.push(
      `import * as island${i} from ${text(`${up}/${islandDir}/${file}`)};`,
    );
    return `    ${text(file)}: island${i},`;
  });
  const routes = made.routes.map(({ file, eager }, i) => {
    const path = text(`${up}/${routeDir}/${file}`);
    if (!eager) return `    ${text(file)}: () => import(${path}),`;
    imports.push(`import * as route${i} from ${path};`);
    return `    ${text(file)}: route${i},`;
  });
  return `// Written by the build: \`deno serve\` runs it.
${imports.join("\n")}

export default serverOf(app, {
  root: import.meta.dirname + ${text("/" + up)},
  islands: {
${islands.join("\n")}
  },
  routes: {
${routes.join("\n")}
  },
  snapshot: ${JSON.stringify(made.snapshot, null, 2).replaceAll("\n", "\n  ")},
});
`;
}

/**
 * Writes the client code and the module that starts the app. A build's files lie
 * in a folder named after their content, so what is there already stays, and a
 * server that runs from an equal build is not disturbed.
 */
export async function write(made: Made, layout: Layout): Promise<void> {
  const { root, outDir } = layout;
  const out = `${root}/${outDir}`;
  await Deno.mkdir(`${out}/js/${made.snapshot.buildId}`, { recursive: true });
  for (const [path, body] of made.code) {
    await place(`${root}/${made.snapshot.assets[path]!.file}`, body);
  }
  const source = new TextEncoder().encode(serverSource(made, layout));
  await place(`${out}/server.js`, source);
  for await (const { name } of Deno.readDir(`${out}/js`)) {
    if (name === made.snapshot.buildId) continue;
    await Deno.remove(`${out}/js/${name}`, { recursive: true });
  }
}

/** Puts a file in its place by renaming, so that nobody ever reads half of it. */
async function place(path: string, body: Uint8Array): Promise<void> {
  const draft = `${path}.${crypto.randomUUID()}`;
  await Deno.writeFile(draft, body);
  await Deno.rename(draft, path);
}
