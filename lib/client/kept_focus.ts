import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

/**
 * Sees to it that the focus goes on where something that had it goes away, or can
 * be used no more: it goes to what has the same `data-place`, or into it. Without
 * this whoever uses keys alone would begin anew at the top of the page.
 *
 * @param box Where the focus is looked after.
 * @param elsewhere The place of what has none of its own.
 */
export function useKeptFocus(
  box: RefObject<HTMLElement>,
  elsewhere: string,
): void {
  useEffect(() => {
    const within = box.current!;
    let latest: Element | undefined;
    const focused = ({ target }: FocusEvent) => {
      const element = target as Element;
      latest = within.contains(element) ? element : undefined;
    };
    const changes = new MutationObserver(() => {
      const { activeElement, body } = document;
      if (
        latest === undefined ||
        (activeElement !== body && activeElement !== latest) ||
        (latest.isConnected && !latest.matches(":disabled"))
      ) return;
      const place = latest.closest<HTMLElement>("[data-place]")?.dataset.place;
      focusable(within, place ?? elsewhere)?.focus();
    });
    addEventListener("focusin", focused);
    changes.observe(within, {
      subtree: true,
      childList: true,
      attributeFilter: ["disabled"],
    });
    return () => {
      removeEventListener("focusin", focused);
      changes.disconnect();
    };
  }, []);
}

/** The first thing that can take the focus at a place. */
function focusable(within: Element, place: string): HTMLElement | null {
  const at = `[data-place="${CSS.escape(place)}"]`;
  const taker = ":is(button:enabled, summary, [tabindex])";
  return within.querySelector(`${at}${taker}, ${at} ${taker}`);
}
