import type { DeskConversation, DeskEntry } from '../../contract/desk-api.ts';
import { type Desk, keyOf } from './desk-state.ts';

/** A line of the conversation, or the place where one is missing. */
export type StoryItem =
  | Readonly<{ kind: 'entry'; key: string; entry: DeskEntry }>
  | Readonly<{ kind: 'hole'; key: string }>;

/** The conversation after the handoff, in order, with what this page is still sending at its end. */
export function storyItems(desk: Desk, { id, lastSeq }: DeskConversation): readonly StoryItem[] {
  const entries = desk.entries[id] ?? [];
  const known = new Set(entries.flatMap((entry) => (entry.kind === 'user-message' ? [entry.seq] : [])));
  const isHole = (entry: DeskEntry): boolean =>
    entry.kind === 'user-message' && entry.previousSeq > lastSeq && !known.has(entry.previousSeq);
  return [...entries, ...(desk.outgoing[id] ?? [])].flatMap((entry): StoryItem[] => {
    const item: StoryItem = { kind: 'entry', key: keyOf(entry), entry };
    return isHole(entry) ? [{ kind: 'hole', key: `hole-${item.key}` }, item] : [item];
  });
}
