import type { DeskLiveAgentMessage } from '../../contract/desk-api.ts';
import type { Desk } from './desk-state.ts';

const seenKey = 'baton.desk.seen';
const outgoingKey = 'baton.desk.outgoing';
const draftKey = (id: string): string => `baton.desk.draft.${id}`;

let last: Desk['seen'] = {};

/** What was seen on earlier visits. */
export function keptSeen(): Desk['seen'] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(seenKey) ?? '{}');
    last = typeof kept === 'object' && !Array.isArray(kept) ? ((kept ?? {}) as Desk['seen']) : {};
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

/** Replies of this person that were under way when the tab was loaded anew; the desk knows them by the same ids. */
export function keptOutgoing(personId: string): readonly DeskLiveAgentMessage[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(outgoingKey) ?? '[]');
    if (!Array.isArray(kept)) return [];
    return (kept as (DeskLiveAgentMessage | null)[]).filter(
      (one) => one?.by?.id === personId,
    ) as DeskLiveAgentMessage[];
  } catch {
    return [];
  }
}

let lastOutgoing: Desk['outgoing'] = {};

export function keepOutgoing({ outgoing }: Desk): void {
  if (outgoing === lastOutgoing) return;
  lastOutgoing = outgoing;
  const all = Object.values(outgoing).flat();
  try {
    if (all.length === 0) sessionStorage.removeItem(outgoingKey);
    else sessionStorage.setItem(outgoingKey, JSON.stringify(all));
  } catch {
    // They are then lost when the tab is loaded anew, no more.
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
