import type { Page } from "./chromium.ts";

/** What the server says to a page, in the hands of the test. */
export interface HeldFrames {
  /** From here on frames of which this is true do not reach the page. */
  hold(wanted: (frame: string) => boolean): void;
  /** Waits until a frame has been held back. */
  waitForOne(): Promise<void>;
  /** Lets what was held back, and all that comes, reach the page. */
  release(): void;
}

/** Puts the server's frames of `/session` into the test's hands; to be called before the page is opened. */
export async function heldFrames(page: Page): Promise<HeldFrames> {
  const held: (() => void)[] = [];
  let wanted = (_: string) => false;
  let first = Promise.withResolvers<void>();
  await page.routeWebSocket(/\/session$/, (browser) => {
    const server = browser.connectToServer();
    server.onMessage((frame) => {
      if (!wanted(String(frame))) return browser.send(frame);
      held.push(() => browser.send(frame));
      first.resolve();
    });
  });
  return {
    hold(these) {
      wanted = these;
      first = Promise.withResolvers();
    },
    waitForOne: () => first.promise,
    release() {
      wanted = () => false;
      for (const send of held.splice(0)) send();
    },
  };
}
