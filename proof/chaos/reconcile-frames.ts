import type { Tell } from './reconcile.ts';
import type { Frame, LogEvent, SessionRecord, TabRecord } from './record.ts';

const told: ReadonlySet<string> = new Set([
  'session-started',
  'handoff-requested',
  'handoff-connected',
  'handoff-assigned',
  'handoff-ended',
  'handoff-unavailable',
  'delivery-delayed',
  'delivery-resumed',
  'session-ended',
]);

const isMessage = (kind: string): boolean => kind.endsWith('-message-sent') || kind === 'user-message-received';

function frameOf({ seq, kind, text = '' }: LogEvent): readonly Frame[] {
  if (isMessage(kind)) return [{ seq, words: text }];
  return told.has(kind) ? [{ seq, words: null }] : [];
}

/** What came at each place where the end user reads: every fact that is for them, each once, in order. */
export function reconcileFrames({ log, tabs }: SessionRecord, tell: Tell): void {
  const owed = log.flatMap(frameOf);
  for (const tab of tabs) compare(tab, owed, tell);
}

function compare({ name, frames, complete }: TabRecord, owed: readonly Frame[], tell: Tell): void {
  const places = new Map(owed.map(({ seq }, index) => [seq, index]));
  let next = 0;
  for (const { seq, words } of frames) {
    const place = places.get(seq);
    const expected = place === undefined ? undefined : owed[place];
    if (place === undefined || expected === undefined)
      tell('invented', seq, `${name} got a frame that is not in the log.`);
    else if (expected.words !== words) tell('changed', seq, `${name} got other words than the log has.`);
    else if (place < next) {
      const again = frames.filter((frame) => frame.seq === seq).length > 1;
      tell(again ? 'twice' : 'reordered', seq, `${name} got ${seq} after ${owed[next - 1]?.seq}.`);
    } else {
      for (const missing of owed.slice(next, place)) {
        const late = frames.some((frame) => frame.seq === missing.seq);
        if (!late) tell('lost', missing.seq, `${name} was never sent ${missing.seq}.`);
      }
      next = place + 1;
    }
  }
  if (complete)
    for (const missing of owed.slice(next)) tell('lost', missing.seq, `${name} was never sent ${missing.seq}.`);
}
