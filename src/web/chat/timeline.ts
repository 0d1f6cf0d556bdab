import type { MessageFrame, SessionFrame } from '../../contract/frames.ts';
import { type Conversation, type Entry, isOver, lastSession } from './conversation.ts';

/** What happened beside the messages. `name` is the live agent's, when the desk says it. */
export type Note = Readonly<{
  kind: 'note';
  key: string;
  note: 'joined' | 'left' | 'unavailable' | 'no-answer';
  name: string | null;
}>;

export type Said = Readonly<{ kind: 'message'; key: string; message: MessageFrame }>;

export type Item = Said | Note;

/** Who is on the other side now. */
export type Presence =
  | Readonly<{ kind: 'virtual-agent' }>
  | Readonly<{ kind: 'looking' }>
  | Readonly<{ kind: 'queued'; place: number | null }>
  | Readonly<{ kind: 'live-agent'; name: string | null }>
  | Readonly<{ kind: 'over'; reason: string }>;

/** Messages in order, with a note wherever a live agent joins or leaves. */
export function timelineOf(entries: readonly Entry[]): readonly Item[] {
  const items: Item[] = [];
  /** Where the note stands that says who is there; null while no live agent is. */
  let joined: number | null = null;
  const join = (seq: number, name: string | null): void => {
    joined = items.push({ kind: 'note', key: `joined-${seq}`, note: 'joined', name }) - 1;
  };
  for (const entry of entries) {
    if (entry.type === 'message') {
      const name = entry.liveAgent?.name ?? null;
      if (entry.from === 'live_agent') {
        const there: Item | undefined = joined === null ? undefined : items[joined];
        if (there?.kind !== 'note') join(entry.seq, name);
        else if (there.name === null && joined !== null) items[joined] = { ...there, name };
        else if (name !== null && name !== there.name) join(entry.seq, name);
      }
      items.push({ kind: 'message', key: entry.id ?? `seq-${entry.seq}`, message: entry });
    } else if (isThere(entry)) {
      if (joined === null) join(entry.seq, entry.liveAgent?.name ?? null);
    } else if (entry.owner !== 'live_agent') {
      const there: Item | undefined = joined === null ? undefined : items[joined];
      const note = noteOf(entry, there?.kind === 'note');
      if (note)
        items.push({
          kind: 'note',
          key: `left-${entry.seq}`,
          note,
          name: there && 'name' in there ? there.name : null,
        });
      joined = null;
    }
  }
  return items;
}

const isThere = ({ handoff }: SessionFrame): boolean => handoff?.state === 'connected' && handoff.queued !== true;

function noteOf({ reason, status }: SessionFrame, wasThere: boolean): Note['note'] | null {
  if (reason === 'failed') return 'unavailable';
  if (reason === 'no-response') return wasThere ? 'no-answer' : 'unavailable';
  return wasThere && status !== 'ENDED' && reason !== 'user-left' ? 'left' : null;
}

export function presenceOf(conversation: Conversation): Presence {
  const { entries, link } = conversation;
  const last = lastSession(entries);
  if (isOver(conversation)) {
    return { kind: 'over', reason: last?.status === 'ENDED' ? (last.reason ?? 'completed') : link };
  }
  if (last?.owner !== 'live_agent') return { kind: 'virtual-agent' };
  const since = entries.findLast((entry) => entry.type === 'message' && entry.from === 'live_agent');
  const spoke = since !== undefined && since.seq > startOfHandoff(entries, last.handoff?.epoch ?? 0);
  const name = spoke && since.type === 'message' ? (since.liveAgent?.name ?? null) : (last.liveAgent?.name ?? null);
  if (spoke || isThere(last)) return { kind: 'live-agent', name };
  return last.handoff?.queued ? { kind: 'queued', place: last.handoff.place ?? null } : { kind: 'looking' };
}

/** Since when the other side has not received what the visitor writes, as an instant; null while it does. */
export function delayOf({ entries }: Pick<Conversation, 'entries'>): string | null {
  const epoch = lastSession(entries)?.owner === 'live_agent' ? lastSession(entries)?.handoff?.epoch : undefined;
  const last = entries.findLast(
    (entry): entry is SessionFrame => entry.type === 'session' && entry.handoff?.delayedSince !== undefined,
  );
  return epoch !== undefined && last?.handoff?.epoch === epoch ? (last.handoff.delayedSince ?? null) : null;
}

function startOfHandoff(entries: readonly Entry[], epoch: number): number {
  return entries.find((entry) => entry.type === 'session' && entry.handoff?.epoch === epoch)?.seq ?? 0;
}
