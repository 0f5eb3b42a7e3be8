import type { Page } from "./chromium.ts";

/** Something a screen reader was given to say. */
export interface Announcement {
  /** The live region: what it is (`status`, `alert`), or how it speaks up (`polite`). */
  region: string;
  text: string;
}

/** What the script in the page offers to the test. */
interface InPage {
  testAnnouncements?: Announcement[];
}

/**
 * Notes every change of every live region from here on, as screen readers take
 * them: what was added, or the text that became another. To be called once the
 * page is live, for nobody announces what a page comes with.
 */
export async function watchLiveRegions(page: Page): Promise<void> {
  await page.evaluate(() => {
    const said: Announcement[] = (globalThis as InPage).testAnnouncements = [];
    const live = '[role="status"], [role="alert"], [role="log"], [aria-live]';
    const note = (node: Node) => {
      const element = node instanceof Element ? node : node.parentElement;
      const region = element?.closest(live);
      if (!region || region.ariaLive === "off") return;
      const text = node.textContent!.trim();
      if (text === "") return;
      said.push({ region: region.role ?? region.ariaLive!, text });
    };
    new MutationObserver((changes) => {
      for (const { type, target, addedNodes } of changes) {
        if (type === "characterData") note(target);
        for (const node of addedNodes) {
          note(node);
          // A region that comes with its words is read out too.
          if (!(node instanceof Element) || node.closest(live)) continue;
          for (const region of node.querySelectorAll(live)) note(region);
        }
      }
    }).observe(document, {
      subtree: true,
      childList: true,
      characterData: true,
    });
  });
}

/** What has been announced since {@link watchLiveRegions}, in order. */
export async function announcements(page: Page): Promise<Announcement[]> {
  return await page.evaluate(() => (globalThis as InPage).testAnnouncements!);
}
