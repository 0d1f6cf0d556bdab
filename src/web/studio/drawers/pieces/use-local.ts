import { useRef, useState } from 'preact/hooks';

/**
 * What is being written and need not be sound yet, beside what the draft holds of it. When the draft's changes otherwise,
 * by undo for one, it begins anew.
 * @param read makes of what the draft holds what is written.
 * @returns what is written, and how to change it. @param kept what the draft holds from then on.
 */
export function useLocal<Kept, Local>(
  kept: Kept,
  read: (kept: Kept) => Local,
): readonly [Local, (local: Local, kept: Kept) => void] {
  const key = JSON.stringify(kept);
  const [local, setLocal] = useState(() => read(kept));
  const last = useRef(key);
  if (last.current === key) return [local, write];
  last.current = key;
  const anew = read(kept);
  setLocal(() => anew);
  return [anew, write];

  function write(next: Local, keptThen: Kept): void {
    last.current = JSON.stringify(keptThen);
    setLocal(() => next);
  }
}
