import { esbuildGone } from "../support/esbuild_exit.ts";
import { Builder } from "fresh/dev";
import { app } from "./fixture/main.ts";

const builder = new Builder({ root: `${import.meta.dirname}/fixture` });

/** Builds the fixture in memory and returns what sends requests to it. */
export async function startFixture(
  mode: "development" | "production" = "production",
): Promise<(path: string, init?: RequestInit) => Promise<Response>> {
  const equip = await builder.build({ mode, snapshot: "memory" });
  await esbuildGone();
  equip(app);
  const handler = app.handler();
  return (path, init) => handler(new Request(`http://localhost${path}`, init));
}

/** The URLs of the scripts that a page loads. */
export function scriptsOf(html: string): string[] {
  return [
    ...html.matchAll(/<script [^>]*src="([^"]+)"|import [^"]+ from "([^"]+)"/g),
  ].map(([, tag, own]) => (tag ?? own)!);
}
