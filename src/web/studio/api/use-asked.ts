import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Answer, Failure } from './ask.ts';

/** What a page has of a call: nothing yet, what it gave (and whether it is asked again), or why it has nothing. */
export type Asking<Body> =
  | Readonly<{ kind: 'loading' }>
  | Readonly<{ kind: 'failed'; failure: Failure }>
  | Readonly<{ kind: 'ready'; body: Body; isStale: boolean }>;

/**
 * Asks when the page opens, whenever `about` changes, and when `again` is called. What was there stays shown while it is
 * asked again, and also when that fails.
 * @param about names what is asked for; another one forgets what was there.
 */
export function useAsked<Body>(
  about: string,
  ask: () => Promise<Answer<Body>>,
): Readonly<{ asking: Asking<Body>; again: () => Promise<void> }> {
  const [asking, setAsking] = useState<Asking<Body>>({ kind: 'loading' });
  const newest = useRef({ number: 0, ask });
  newest.current.ask = ask;
  const again = useCallback(async (): Promise<void> => {
    newest.current.number += 1;
    const { number } = newest.current;
    const answer = await newest.current.ask();
    if (number !== newest.current.number) return;
    setAsking((before) => {
      if (answer.kind === 'ok') return { kind: 'ready', body: answer.body, isStale: false };
      return before.kind === 'ready' ? { ...before, isStale: true } : { kind: 'failed', failure: answer };
    });
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `about` names what is asked for.
  useEffect(() => {
    setAsking({ kind: 'loading' });
    void again();
    return () => {
      newest.current.number += 1;
    };
  }, [about, again]);
  return { asking, again };
}

/** Asks again and again while the page is seen, one time after the other. */
export function useEvery(ms: number, again: () => Promise<void>): void {
  useEffect(() => {
    let isAsking = false;
    const timer = setInterval(() => {
      if (document.visibilityState !== 'visible' || isAsking) return;
      isAsking = true;
      void again().finally(() => {
        isAsking = false;
      });
    }, ms);
    return () => clearInterval(timer);
  }, [ms, again]);
}
