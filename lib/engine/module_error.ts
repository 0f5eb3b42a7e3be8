import { stripVTControlCharacters } from "node:util";

/** Where and why a module could not be loaded, for a person to read. */
export interface ModuleError {
  /** Such as `lib/tools/get_weather.ts`. */
  file: string;
  /** Counts from 1; missing where the error does not tell. */
  line?: number;
  /** One line of text. */
  reason: string;
}

/** Characters of a reason; some libraries put whole documents into a message. */
const LIMIT = 300;

/**
 * Puts what an import threw into plain words: the first place in the message,
 * else in the stack, that is a file of the person's own, without URLs.
 *
 * @param error What was thrown.
 * @param lib The folder whose modules are meant, as a `file:` URL.
 * @param module The URL of the module that was imported.
 */
export function explainModuleError(
  error: unknown,
  lib: URL,
  module: string,
): ModuleError {
  const own = new RegExp(
    `${RegExp.escape(lib.href)}((?:agents|tools)/[^\\s?:]+)(?:\\?v=\\d+)?` +
      `:(\\d+):\\d+`,
  );
  const message = stripVTControlCharacters(messageOf(error));
  const stack = error instanceof Error ? String(error.stack) : "";
  const [, path, line] = own.exec(message) ??
    own.exec(stripVTControlCharacters(stack)) ?? [];
  return {
    file: path === undefined
      ? fileName(lib, module)
      : fileName(lib, lib.href + path),
    ...(line !== undefined && { line: Number(line) }),
    reason: shorten(withoutUrls(essence(message), lib)),
  };
}

/** A module's name as people write it: `lib/tools/get_weather.ts`. */
export function fileName(lib: URL, module: string): string {
  return `lib/${decodeURIComponent(module.slice(lib.href.length))}`;
}

function messageOf(error: unknown): string {
  if (error instanceof Error) return String(error.message) || error.name;
  return typeof error === "string" ? error : Deno.inspect(error);
}

/** Without the excerpt of the source, the hint and the place that Deno adds. */
function essence(message: string): string {
  return message.split(/\n\s*(?:\||at |hint:)/, 1)[0]!
    .replace(/ at file:\S+:\d+:\d+$/, "")
    .replace(/\s+/g, " ")
    .trim();
}

function withoutUrls(text: string, lib: URL): string {
  return text
    .replaceAll(lib.href, "lib/")
    .replaceAll(new URL("../", lib).href, "")
    .replace(/\?v=\d+/g, "");
}

function shorten(text: string): string {
  return text.length <= LIMIT ? text : `${text.slice(0, LIMIT)}…`;
}
