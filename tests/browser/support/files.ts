import type { Page } from "./chromium.ts";

/** Presses a button that gives the person a file of text; its name, and what is in it. */
export async function fileFrom(
  page: Page,
  button: string,
): Promise<{ name: string; content: string }> {
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: button, exact: true }).click(),
  ]);
  return {
    name: file.suggestedFilename(),
    content: await Deno.readTextFile(await file.path()),
  };
}
