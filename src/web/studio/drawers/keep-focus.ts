import type { RefObject } from 'preact';
import { useCallback, useLayoutEffect } from 'preact/hooks';

/*
 * A node that gets another name is drawn anew, as another one. The keyboard stays where it was in it all the same.
 */

const stops = 'input, select, textarea, button, summary, [tabindex]';

/** The name that was given last, and the place that had the keyboard when its drawer went. */
let renamed: Readonly<{ to: string; place: number | null }> | null = null;

const stopsIn = (root: HTMLElement | null): readonly HTMLElement[] => [
  ...(root?.querySelectorAll<HTMLElement>(stops) ?? []),
];

/** @returns what is to be told the new name of the node whose drawer this is. */
export function useKeptFocus(root: RefObject<HTMLElement | null>, id: string): (to: string) => void {
  useLayoutEffect(() => {
    const { current } = root;
    const { to, place } = renamed ?? {};
    renamed = null;
    if (to === id && typeof place === 'number' && document.activeElement === document.body) {
      stopsIn(current)[place]?.focus();
    }
    return () => {
      if (renamed === null) return;
      const now = stopsIn(current).indexOf(document.activeElement as HTMLElement);
      renamed = { ...renamed, place: now === -1 ? null : now };
    };
  }, [root, id]);
  return useCallback((to: string) => {
    renamed = { to, place: null };
  }, []);
}
