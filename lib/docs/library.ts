import { isPageName, isPicture } from "./addresses.ts";

const FOLDER = new URL("../../docs/", import.meta.url);

/** What browsers call the pictures that there may be. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  png: "image/png",
  svg: "image/svg+xml",
};

/** A picture of the documentation. */
export interface Picture {
  mediaType: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Reads a page of the documentation, as it is now.
 *
 * @param name Such as `links`; undefined is the answer for whatever is no page.
 */
export async function readPage(name: string): Promise<string | undefined> {
  return isPageName(name)
    ? await ifThere(Deno.readTextFile(new URL(`${name}.md`, FOLDER)))
    : undefined;
}

/**
 * Reads a picture of the documentation.
 *
 * @param path Below the folder, such as `charts/latency.svg`; undefined is the
 * answer for whatever is no picture in there.
 */
export async function readPicture(path: string): Promise<Picture | undefined> {
  if (!isPicture(path)) return undefined;
  const bytes = await ifThere(Deno.readFile(new URL(path, FOLDER)));
  const mediaType = MEDIA_TYPES[path.slice(-3)]!;
  return bytes && { mediaType, bytes };
}

async function ifThere<Value>(
  reading: Promise<Value>,
): Promise<Value | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
