import { useReducer, useRef } from 'preact/hooks';

/** Changes what is written. @param keep what the draft holds of it from then on. @returns that. */
export type Write<Kept, Local> = (next: (local: Local) => Local, keep: (local: Local) => Kept) => Kept;

/**
 * What is being written and need not be sound yet, beside what the draft holds of it. When the draft's changes otherwise,
 * by undo for one, it begins anew.
 * @param read makes of what the draft holds what is written.
 */
export function useLocal<Kept, Local>(kept: Kept, read: (kept: Kept) => Local): readonly [Local, Write<Kept, Local>] {
  const key = JSON.stringify(kept);
  const [, draw] = useReducer((drawn: number) => drawn + 1, 0);
  const known = useRef<Readonly<{ seen: string; written: string; local: Local }> | null>(null);
  known.current ??= { seen: key, written: key, local: read(kept) };
  // The draft follows with the next drawing; until then what was seen before says nothing.
  const { seen, written, local } = known.current;
  if (key !== seen) known.current = { seen: key, written: key, local: key === written ? local : read(kept) };
  const write: Write<Kept, Local> = (next, keep) => {
    const before = known.current ?? { seen: key, local };
    const now = next(before.local);
    const keptThen = keep(now);
    known.current = { seen: before.seen, written: JSON.stringify(keptThen), local: now };
    draw(0);
    return keptThen;
  };
  return [known.current.local, write];
}
