import { assertEquals } from "@std/assert";
import type { Locator } from "playwright-core";
import type { Page } from "./chromium.ts";

/** More stops than any page has. */
const MOST_STOPS = 60;

/** What the script in the page offers to the test. */
interface InPage {
  testLostFocus?: string[];
}

/**
 * Goes on by Tab, or back, until this has the focus. Every stop on the way has to
 * have a name and a focus that can be seen.
 *
 * @throws with the stops, when Tab does not lead there.
 */
export async function tabTo(
  target: Locator,
  key: "Tab" | "Shift+Tab" = "Tab",
): Promise<void> {
  const page = target.page();
  const stops: string[] = [];
  while (stops.length < MOST_STOPS) {
    await page.keyboard.press(key);
    const { name, fault } = await page.evaluate(look);
    assertEquals(fault, undefined, name);
    if (await hasFocus(target)) return;
    stops.push(name);
  }
  throw new Error(`No Tab led to ${target}, but to ${stops.join(", ")}`);
}

/** Whether this, and nothing else, has the focus. */
export async function hasFocus(target: Locator): Promise<boolean> {
  return await target.and(target.page().locator(":focus")).count() === 1;
}

/** Notes from here on, picture by picture, where the focus is lost. */
export async function watchFocus(page: Page): Promise<void> {
  await page.evaluate(() => {
    const lost: string[] = (globalThis as InPage).testLostFocus = [];
    let latest = document.activeElement;
    const note = () => {
      const { activeElement, body } = document;
      if (activeElement === body && latest !== body) {
        lost.push(latest!.outerHTML);
      }
      latest = activeElement;
      requestAnimationFrame(note);
    };
    note();
  });
}

/** What had the focus when it was lost, since {@link watchFocus}. */
export async function lostFocus(page: Page): Promise<string[]> {
  return await page.evaluate(() => (globalThis as InPage).testLostFocus!);
}

/** The name of what has the focus, and what is wrong with how it shows. */
function look(): { name: string; fault: string | undefined } {
  const element = document.activeElement as HTMLElement;
  // Behind the last stop comes the browser's own window.
  if (element === document.body) return { name: "none", fault: undefined };
  const label = (element as HTMLInputElement).labels?.[0] ?? element;
  const words = element.getAttribute("aria-label") ?? label.innerText;
  const name = words.trim().replaceAll(/\s+/g, " ");
  return { name, fault: name === "" ? "It has no name" : faultOf(element) };

  function faultOf(element: HTMLElement): string | undefined {
    const { outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(
      element,
    );
    if (outlineStyle === "none" || parseFloat(outlineWidth) < 2) {
      return `Its outline is ${outlineWidth} ${outlineStyle}`;
    }
    const grow = parseFloat(outlineWidth) + parseFloat(outlineOffset);
    const { top, right, bottom, left } = element.getBoundingClientRect();
    for (
      let around = element.parentElement;
      around !== null && around !== document.body;
      around = around.parentElement
    ) {
      if (getComputedStyle(around).overflow === "visible") continue;
      const box = around.getBoundingClientRect();
      const cut = [
        box.top - (top - grow),
        right + grow - box.right,
        bottom + grow - box.bottom,
        box.left - (left - grow),
      ].filter((by) => by > 0);
      // What is longer than its box shows the rest of its outline.
      if (cut.length > 1) {
        return `Its outline is cut off by ${around.className}`;
      }
    }
    const seen = document.elementFromPoint(
      (left + right) / 2,
      Math.min((top + bottom) / 2, innerHeight - 1),
    );
    return seen !== null && (element.contains(seen) || seen.contains(element))
      ? undefined
      : `It is behind ${seen?.outerHTML.slice(0, 80)}`;
  }
}
