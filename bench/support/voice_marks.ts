import type { Page } from "../../tests/browser/support/chromium.ts";

/** What happened in a page, and when: in ms by its clock. */
export interface VoiceMark {
  /** An event of the model's wire as the page got it, or what the page made of the agent's voice. */
  what: string;
  at: number;
}

/** What the script in the page leaves for the bench. */
interface InPage {
  benchMarks?: VoiceMark[];
}

/** Notes what happens in a page from here on; to be called before the page is opened. */
export async function markVoice(page: Page): Promise<void> {
  await page.addInitScript(install);
}

/**
 * Waits for something that happens after a moment; resolves with when it did.
 *
 * @param after In ms by the page's clock.
 */
export async function markOf(
  page: Page,
  what: string,
  after: number,
): Promise<number> {
  const handle = await page.waitForFunction(
    ([what, after]) =>
      (globalThis as InPage).benchMarks!.find((mark) =>
        mark.what === what && mark.at >= after
      )?.at,
    [what, after] as const,
  );
  return (await handle.jsonValue())!;
}

/** Runs in the page, before its own scripts. */
function install(): void {
  const marks: VoiceMark[] = (globalThis as InPage).benchMarks = [];
  const mark = (what: string) => marks.push({ what, at: performance.now() });

  globalThis.WebSocket = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener("message", ({ data }) => {
        if (typeof data !== "string") return;
        const frame = JSON.parse(data);
        if (frame.type === "event") mark(frame.event.type);
      });
    }
  };

  const { get, set } = Object.getOwnPropertyDescriptor(
    HTMLMediaElement.prototype,
    "muted",
  )!;
  Object.defineProperty(HTMLMediaElement.prototype, "muted", {
    get,
    set(this: HTMLMediaElement, muted: boolean) {
      set!.call(this, muted);
      mark(muted ? "silenced" : "heard");
    },
  });
}
