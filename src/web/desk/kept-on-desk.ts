import type { Desk } from './desk-state.ts';

const seenKey = 'baton.desk.seen';
const draftKey = (id: string): string => `baton.desk.draft.${id}`;

let last: Desk['seen'] = {};

/** What was seen on earlier visits. */
export function keptSeen(): Desk['seen'] {
  try {
    last = JSON.parse(localStorage.getItem(seenKey) ?? '{}') as Desk['seen'];
  } catch {
    last = {};
  }
  return last;
}

/** Keeps what was seen of conversations that are still shown. */
export function keepSeen({ seen, conversations }: Desk): void {
  if (seen === last) return;
  last = seen;
  const shown = Object.entries(seen).filter(([id]) => id in conversations);
  try {
    localStorage.setItem(seenKey, JSON.stringify(Object.fromEntries(shown)));
  } catch {
    // Without storage, everything is news again on the next visit.
  }
}

/** A reply that was begun, for as long as the tab lives. */
export function keptDraft(id: string): string {
  try {
    return sessionStorage.getItem(draftKey(id)) ?? '';
  } catch {
    return '';
  }
}

export function keepDraft(id: string, draft: string): void {
  try {
    if (draft === '') sessionStorage.removeItem(draftKey(id));
    else sessionStorage.setItem(draftKey(id), draft);
  } catch {
    // It then lives as long as the conversation is open.
  }
}
