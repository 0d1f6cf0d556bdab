import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

/**
 * What opens over the canvas has the keyboard in its field before the next key is pressed; when it closes, the keyboard goes
 * back to where it was.
 */
export function useKeyboardInside(root: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const before = document.activeElement;
    const inside = root.current;
    inside?.querySelector('input')?.focus();
    return () => {
      const isHere = inside?.contains(document.activeElement) === true;
      if (isHere && before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, [root]);
}

const cardOf = (id: string): HTMLElement | null =>
  document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`);

/** Gives the keyboard to a card, unless somebody works elsewhere: in a node's settings, in the tester. */
export function giveKeyboard(id: string): void {
  const { activeElement: now } = document;
  const isFree = now === null || now === document.body || now.closest('.react-flow') !== null;
  if (!isFree) return;
  const card = cardOf(id);
  if (card !== null) return card.focus({ preventScroll: true });
  // A card that is new is there with the next frame; who went elsewhere meanwhile stays there.
  requestAnimationFrame(() => {
    if (document.activeElement === now) cardOf(id)?.focus({ preventScroll: true });
  });
}

/** Leaves cards that are about to be removed for one that stays, so that the keyboard stays on the canvas. */
export function leaveCards(gone: ReadonlySet<string>): void {
  const cards = [...document.querySelectorAll<HTMLElement>('.react-flow__node')];
  const here = cards.indexOf(document.activeElement as HTMLElement);
  if (here === -1 || !gone.has(cards[here]?.dataset.id ?? '')) return;
  const stays = ({ dataset }: HTMLElement): boolean => !gone.has(dataset.id ?? '');
  const next = cards.slice(0, here).findLast(stays) ?? cards.slice(here).find(stays);
  next?.focus({ preventScroll: true });
}
