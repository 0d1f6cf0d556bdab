import { useLayoutEffect, useRef } from 'preact/hooks';

export type Shortcuts = Readonly<{
  undo: () => void;
  redo: () => void;
  search: () => void;
  add: () => void;
  duplicate: () => void;
  selectAll: () => void;
  letGo: () => void;
  remove: () => void;
  /** @returns what is to be on the clipboard, or null for nothing. */
  copy: (isCut: boolean) => string | null;
  /** @returns whether it was ours. */
  paste: (text: string) => boolean;
}>;

const isIn = (target: EventTarget | null, places: string): boolean =>
  target instanceof Element && target.closest(places) !== null;

/** Where somebody writes, the keys are theirs; so they are in a dialog, and in what opens over the canvas. */
const isWriting = (target: EventTarget | null): boolean =>
  isIn(target, 'input, textarea, select, [contenteditable], dialog, .tester, .palette');

/** Who is at a node's settings does not mean the node when they remove. */
const isRemovingElsewhere = ({ key, target }: KeyboardEvent): boolean =>
  (key === 'Delete' || key === 'Backspace') && isIn(target, '.nokey');

/** The keys of the editor. Copying and pasting go by the browser's own events, so that they reach other windows too. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const now = useRef(shortcuts);
  now.current = shortcuts;
  useLayoutEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (isWriting(event.target) || event.altKey || isRemovingElsewhere(event)) return;
      const done = event.metaKey || event.ctrlKey ? commanded(event, now.current) : plain(event, now.current);
      if (done) event.preventDefault();
    };
    const copied = (event: ClipboardEvent): void => {
      if (isWriting(event.target) || getSelection()?.isCollapsed === false) return;
      const text = now.current.copy(event.type === 'cut');
      if (text === null) return;
      event.clipboardData?.setData('text/plain', text);
      event.preventDefault();
    };
    const pasted = (event: ClipboardEvent): void => {
      if (isWriting(event.target)) return;
      if (now.current.paste(event.clipboardData?.getData('text/plain') ?? '')) event.preventDefault();
    };
    document.addEventListener('keydown', pressed);
    document.addEventListener('copy', copied);
    document.addEventListener('cut', copied);
    document.addEventListener('paste', pasted);
    return () => {
      document.removeEventListener('keydown', pressed);
      document.removeEventListener('copy', copied);
      document.removeEventListener('cut', copied);
      document.removeEventListener('paste', pasted);
    };
  }, []);
}

function commanded({ key, shiftKey }: KeyboardEvent, { undo, redo, duplicate, selectAll, search }: Shortcuts): boolean {
  const task = { z: shiftKey ? redo : undo, y: redo, d: duplicate, a: selectAll, f: search }[key.toLowerCase()];
  task?.();
  return task !== undefined;
}

function plain({ key }: KeyboardEvent, { add, search, letGo, remove }: Shortcuts): boolean {
  const task = { a: add, '/': search, Escape: letGo, Delete: remove, Backspace: remove }[key];
  task?.();
  return task !== undefined;
}
