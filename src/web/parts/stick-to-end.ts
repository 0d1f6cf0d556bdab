import type { RefObject } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Nearer to the end than this still counts as being there. */
const nearPx = 48;

export type LogState = Readonly<{
  /** What stands last: whatever it is, it stays in sight of a reader who is at the end. */
  last: string;
  /** How much the reader has written here; more of it is shown wherever they are. */
  written: number;
  /** Grows with what others say: that is news. */
  heard: number;
}>;

export type Sticky = Readonly<{
  /** The element that scrolls. */
  scroller: RefObject<HTMLDivElement | null>;
  /** Somebody else said something while the reader was further up. */
  hasNews: boolean;
  toEnd: () => void;
  /** Keeps the reader's place while they unfold something. */
  hold: () => void;
}>;

/** Keeps the end of a log in sight unless the reader scrolled up. */
export function useStickToEnd({ last, written, heard }: LogState): Sticky {
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const before = useRef({ written, heard });
  const [hasNews, setHasNews] = useState(false);
  const jump = useCallback(() => {
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
    atEnd.current = true;
    setHasNews(false);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new last entry is one of the things this waits for.
  useLayoutEffect(() => {
    const { current: known } = before;
    before.current = { written, heard };
    if (atEnd.current || written > known.written) jump();
    else if (heard > known.heard) setHasNews(true);
  }, [last, written, heard, jump]);
  useEffect(() => watch(scroller.current, atEnd, jump, () => setHasNews(false)), [jump]);
  const toEnd = useCallback(() => {
    jump();
    scroller.current?.focus({ preventScroll: true });
  }, [jump]);
  const hold = useCallback(() => {
    atEnd.current = false;
  }, []);
  return { scroller, hasNews, toEnd, hold };
}

/** Notes whether the reader is at the end. @returns how to stop. */
function watch(
  element: HTMLElement | null,
  atEnd: { current: boolean },
  jump: () => void,
  seen: () => void,
): (() => void) | undefined {
  if (element === null) return undefined;
  const look = (): void => {
    atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < nearPx;
    if (atEnd.current) seen();
  };
  // The box shrinks when a keyboard opens or the reply grows, and what is in it grows by itself.
  const resized = new ResizeObserver(() => (atEnd.current ? jump() : look()));
  resized.observe(element);
  for (const child of element.children) resized.observe(child);
  element.addEventListener('scroll', look, { passive: true });
  return () => {
    element.removeEventListener('scroll', look);
    resized.disconnect();
  };
}
