import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** When a part goes while the keyboard is in it, the keyboard goes on to where `next` puts it. */
export function useFocusHandedOn(part: RefObject<HTMLElement | null>, next: () => void): void {
  const latest = useRef(next);
  latest.current = next;
  useLayoutEffect(() => {
    const element = part.current;
    return () => {
      if (!element?.contains(document.activeElement)) return;
      // What comes in its place is there once this drawing is done.
      queueMicrotask(() => latest.current());
    };
  }, [part]);
}
