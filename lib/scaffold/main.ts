/**
 * Begins a tool or an agent: writes a module that works, to be changed.
 *
 * ```sh
 * deno task new tool roll_dice
 * deno task new agent pizza_service
 * ```
 */
import { type Kind, KINDS, scaffold } from "./templates.ts";

const ROOT = new URL("../../", import.meta.url);

const [kind = "", name = ""] = Deno.args;
if (!isKind(kind) || name === "" || Deno.args.length > 2) {
  stop(
    `Say what is to be begun, and its name: deno task new tool NAME, or deno task new agent NAME`,
  );
}
try {
  const { file, text, next } = scaffold(kind, name);
  await Deno.writeTextFile(new URL(file, ROOT), text, { createNew: true });
  console.log(`${file} is there.\n${next.join("\n")}`);
} catch (error) {
  if (error instanceof Deno.errors.AlreadyExists) {
    stop(
      `There is a ${kind} '${name}' already: choose another name, or edit lib/${kind}s/${name}.ts`,
    );
  }
  stop((error as Error).message);
}

function isKind(text: string): text is Kind {
  return (KINDS as readonly string[]).includes(text);
}

function stop(message: string): never {
  console.error(message);
  Deno.exit(2);
}
