import type { MessageFrame } from '../../../../contract/frames.ts';
import type { Entry } from '../../../chat/conversation.ts';
import type { NoteEvent } from './trace.ts';

/** One line of what is shown of a conversation: what somebody said, or what happened between. */
export type Moment =
  | Readonly<{ kind: 'said'; seq: number; key: string; message: MessageFrame; isFirst: boolean; isLast: boolean }>
  | Readonly<{ kind: 'noted'; seq: number; key: string; event: NoteEvent }>;

/**
 * What was said, as the socket tells it, and what the log tells of the rest, in order of seq. The log is read a moment
 * later than the socket speaks: a note may come to stand before lines that are there already.
 */
export function momentsOf(entries: readonly Entry[], notes: readonly NoteEvent[]): readonly Moment[] {
  const said = entries.flatMap((entry) =>
    entry.type === 'message'
      ? [{ kind: 'said' as const, seq: entry.seq, key: entry.id ?? `seq-${entry.seq}`, message: entry }]
      : [],
  );
  const noted = notes.map((event) => ({ kind: 'noted' as const, seq: event.seq, key: `note-${event.seq}`, event }));
  const all = [...said, ...noted].sort((one, other) => one.seq - other.seq);
  return all.map((moment, index) =>
    moment.kind === 'noted'
      ? moment
      : {
          ...moment,
          isFirst: !isSameSpeaker(all[index - 1], moment),
          isLast: !isSameSpeaker(all[index + 1], moment),
        },
  );
}

type Unplaced = Readonly<{ kind: 'said'; message: MessageFrame } | { kind: 'noted' }>;

function isSameSpeaker(one: Unplaced | undefined, other: Unplaced): boolean {
  if (one?.kind !== 'said' || other.kind !== 'said') return false;
  const [first, second] = [one.message, other.message];
  return first.from === second.from && first.liveAgent?.name === second.liveAgent?.name;
}
