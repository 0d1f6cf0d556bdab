import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type Place, pathOf, placeOf } from './places.ts';

const moved = 'baton:moved';

/** What a page has to ask before it is left, because something of it would be lost; null lets go. */
let guard: (() => string | null) | null = null;

/**
 * @param why gives the question that is asked before the page is left.
 * @param when going elsewhere in the studio asks too, or only closing the page. @returns how to stop.
 */
export function guardLeaving(why: () => string | null, when: 'always' | 'only-closing' = 'always'): () => void {
  if (when === 'always') guard = why;
  const leaving = (event: BeforeUnloadEvent): void => {
    if (why() !== null) event.preventDefault();
  };
  addEventListener('beforeunload', leaving);
  return () => {
    if (guard === why) guard = null;
    removeEventListener('beforeunload', leaving);
  };
}

/** Asks before something of the page is lost. */
export function mayLeave(): boolean {
  const question = guard?.() ?? null;
  // The browser's own question is also what stops a page from being closed.
  return question === null || confirm(question);
}

/** Goes to a place of the studio, without loading the page again. @param query begins with `?`. */
export function goTo(place: Place, query = '', how: 'push' | 'replace' = 'push'): void {
  if (!mayLeave()) return;
  if (how === 'push') history.pushState(null, '', pathOf(place) + query);
  else history.replaceState(null, '', pathOf(place) + query);
  dispatchEvent(new Event(moved));
}

const read = () => ({ place: placeOf(location.pathname), query: new URLSearchParams(location.search) });

/** Where one is now, and what stands behind the `?`. */
export function usePlace(): Readonly<{ place: Place; query: URLSearchParams }> {
  const [now, setNow] = useState(read);
  useEffect(() => {
    const changed = (): void => setNow(read());
    addEventListener(moved, changed);
    addEventListener('popstate', changed);
    return () => {
      removeEventListener(moved, changed);
      removeEventListener('popstate', changed);
    };
  }, []);
  return now;
}

type LinkProps = Readonly<{
  to: Place;
  query?: string;
  class?: string;
  title?: string;
  'aria-label'?: string;
  'aria-current'?: 'page' | undefined;
  children: ComponentChildren;
}>;

/** A link to a place of the studio; the browser's own ways to open it elsewhere are kept. */
export function Link({ to, query = '', children, ...rest }: LinkProps) {
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    goTo(to, query);
  };
  return (
    <a href={pathOf(to) + query} onClick={follow} {...rest}>
      {children}
    </a>
  );
}
