import type { RefObject } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Nearer to the end than this still counts as being there. */
const nearPx = 48;

export type Sticky = Readonly<{
  /** The element that scrolls. */
  scroller: RefObject<HTMLDivElement | null>;
  /** Something came while the reader was further up. */
  hasNews: boolean;
  toEnd: () => void;
}>;

/**
 * Keeps the end of a log in sight unless the reader scrolled up.
 * @param last what stands last; a change of it is news. @param own whether the reader wrote it: then it is shown anyway.
 */
export function useStickToEnd(last: string, own: boolean): Sticky {
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [hasNews, setHasNews] = useState(false);
  const jump = useCallback(() => {
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
    atEnd.current = true;
    setHasNews(false);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new last entry is what this waits for.
  useLayoutEffect(() => {
    if (atEnd.current || own) jump();
    else setHasNews(true);
  }, [last, own, jump]);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const scrolled = (): void => {
      atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < nearPx;
      if (atEnd.current) setHasNews(false);
    };
    // The box shrinks when a keyboard opens or the reply grows, and what is in it grows by itself.
    const resized = new ResizeObserver(() => atEnd.current && jump());
    resized.observe(element);
    for (const child of element.children) resized.observe(child);
    element.addEventListener('scroll', scrolled, { passive: true });
    return () => {
      element.removeEventListener('scroll', scrolled);
      resized.disconnect();
    };
  }, [jump]);
  return { scroller, hasNews, toEnd: jump };
}
