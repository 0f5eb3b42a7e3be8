import * as esbuild from "esbuild";
import { fileURLToPath } from "node:url";
import type { ClientModule } from "../snapshot.ts";
import { Graph, type Target } from "./graph.ts";

/** A module to bundle. */
export interface Entry {
  /** Name of the output, without extension. */
  name: string;
  /** Path of the source. */
  file: string;
}

/** Options of {@linkcode bundle}. */
export interface BundleOptions {
  root: string;
  mode: "development" | "production";
  target: string | string[];
}

/** The code of a bundle: files by name, and what each entry needs. */
export interface Bundle {
  files: Map<string, Uint8Array<ArrayBuffer>>;
  modules: Map<string, ClientModule>;
}

/** The module that revives islands. */
export const BOOT: Entry = { name: "boot", file: local("../runtime/boot.ts") };
/** The module that reloads the page after a restart of the server. */
export const LIVE_RELOAD: Entry = {
  name: "live_reload",
  file: local("../runtime/live_reload.ts"),
};

function local(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

/** Lets esbuild find modules where Deno finds them. */
function denoResolver(graph: Graph): esbuild.Plugin {
  return {
    name: "deno",
    setup(build) {
      build.onResolve({ filter: /.*/ }, async (args) => {
        const { kind, path: specifier, importer, pluginData } = args;
        if (kind === "entry-point" || pluginData === "resolved") return;
        const found: Target | undefined = graph.fromFile(importer, specifier) ??
          (specifier.startsWith(".")
            ? undefined
            : graph.fromPackage(importer, specifier));
        if (found === undefined) return;
        if (found.kind === "file") return { path: found.path };
        // A package may import itself by its name, so esbuild reads `exports`.
        const { folder } = found;
        const options = { kind, resolveDir: folder, pluginData: "resolved" };
        const result = await build.resolve(found.specifier, options);
        if (result.errors.length === 0) return result;
        // Without `exports` it can't: then the path does.
        const name = /^(?:@[^/]+\/)?[^/]+/.exec(found.specifier)![0];
        const subpath = "." + found.specifier.slice(name.length);
        return await build.resolve(subpath, options);
      });
    },
  };
}

/** Builds under way in this process, which share one process of esbuild. */
let running = 0;

/** Bundles modules for the browser; what several need goes into chunks. */
export async function bundle(
  entries: Entry[],
  options: BundleOptions,
): Promise<Bundle> {
  const { root, mode, target } = options;
  const graph = await Graph.of(entries.map(({ file }) => file), root);
  running++;
  try {
    const result = await esbuild.build({
      absWorkingDir: root,
      bundle: true,
      chunkNames: "chunk-[hash]",
      define: { "process.env.NODE_ENV": JSON.stringify(mode) },
      entryPoints: entries.map(({ name, file }) => ({ in: file, out: name })),
      format: "esm",
      jsx: "automatic",
      jsxImportSource: "preact",
      legalComments: "none",
      logLevel: "silent",
      metafile: true,
      minify: mode === "production",
      outdir: root,
      platform: "browser",
      plugins: [denoResolver(graph)],
      sourcemap: mode === "development" ? "inline" : false,
      splitting: true,
      target,
      write: false,
    });
    return collect(result.outputFiles, result.metafile, root);
  } finally {
    // Esbuild's process would keep this one alive.
    if (--running === 0) await esbuild.stop();
  }
}

function collect(
  outputs: esbuild.OutputFile[],
  { outputs: details }: esbuild.Metafile,
  root: string,
): Bundle {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const { path, contents } of outputs) {
    files.set(path.slice(root.length + 1), new Uint8Array(contents));
  }
  const modules = new Map<string, ClientModule>();
  for (const [path, { entryPoint }] of Object.entries(details)) {
    if (entryPoint === undefined) continue;
    const chunks = new Set<string>();
    const visit = (file: string) => {
      for (const { path, kind } of details[file]!.imports) {
        if (kind !== "import-statement" || chunks.has(path)) continue;
        chunks.add(path);
        visit(path);
      }
    };
    visit(path);
    modules.set(path.replace(/\.js$/, ""), { path, chunks: [...chunks] });
  }
  return { files, modules };
}
