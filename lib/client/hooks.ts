import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** Does something before each picture that the browser draws, while it is on the page. */
export function useEachFrame(work: () => void): void {
  useEffect(() => {
    let next = 0;
    const step = () => {
      work();
      next = requestAnimationFrame(step);
    };
    step();
    return () => cancelAnimationFrame(next);
  }, []);
}

/** The milliseconds since 1970, brought up to date each second. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** How far from its end, in pixels, a reader still counts as following. */
const FOLLOWING_PX = 80;

/**
 * Keeps a growing box scrolled to its end, unless the reader has scrolled up.
 *
 * @returns Whether the reader follows, and a way back to the end.
 */
export function useFollowedEnd(
  box: RefObject<HTMLElement>,
  content: unknown,
): { following: boolean; toEnd: () => void } {
  const [following, setFollowing] = useState(true);
  /** How far down it was last; nothing is as far where the reader has scrolled up. */
  const top = useRef(0);
  const toEnd = () => {
    const element = box.current;
    if (!element) return;
    element.scrollTop = element.scrollHeight;
    top.current = element.scrollTop;
  };
  useEffect(() => {
    const element = box.current!;
    const noticed = () => {
      const { scrollHeight, scrollTop, clientHeight } = element;
      const follows = scrollHeight - scrollTop - clientHeight < FOLLOWING_PX;
      // It is the way to the end that is noticed, and more has come meanwhile.
      if (!follows && scrollTop >= top.current) return;
      top.current = follows ? scrollTop : Infinity;
      setFollowing(follows);
    };
    element.addEventListener("scroll", noticed, { passive: true });
    return () => element.removeEventListener("scroll", noticed);
  }, []);
  useEffect(() => {
    // Who has scrolled up is noticed later than what comes meanwhile.
    if (box.current!.scrollTop >= top.current) toEnd();
  }, [content]);
  return { following, toEnd };
}

/** Holds the space bar for the button to talk, wherever the focus is not at work. */
export function useTalkKey(
  active: boolean,
  onTalk: (down: boolean) => void,
): void {
  useEffect(() => {
    if (!active) return;
    const isTalk = ({ key, target }: KeyboardEvent) =>
      key === " " && !(target as Element).closest(
        "input, textarea, select, button, summary, a, [contenteditable]",
      );
    const down = (event: KeyboardEvent) => {
      if (!isTalk(event)) return;
      // It would scroll the page.
      event.preventDefault();
      if (!event.repeat) onTalk(true);
    };
    const up = ({ key }: KeyboardEvent) => key === " " && onTalk(false);
    const leave = () => onTalk(false);
    addEventListener("keydown", down);
    addEventListener("keyup", up);
    addEventListener("blur", leave);
    return () => {
      removeEventListener("keydown", down);
      removeEventListener("keyup", up);
      removeEventListener("blur", leave);
    };
  }, [active]);
}
