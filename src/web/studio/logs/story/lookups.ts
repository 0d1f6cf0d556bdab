import type { CallKey } from '../../../../core/events.ts';
import type { Delivery } from '../../deliveries/filter.ts';
import type { Came, LogEvent, LogEventOf, Receipt } from './story.ts';

/** How far a message came to the end user, by its seq. */
export type ReceiptOf = (seq: number) => Receipt;

/** Receipts cover everything up to a seq, and only ever grow: the first that covers a message is the message's own. */
export function receiptsIn(events: readonly LogEvent[]): ReceiptOf {
  const received = events.filter(
    (event): event is LogEventOf<'messages-received' | 'messages-read'> =>
      event.kind === 'messages-received' || event.kind === 'messages-read',
  );
  const read = received.filter(({ kind }) => kind === 'messages-read');
  return (seq) => {
    const seen = firstCovering(read, seq);
    if (seen !== undefined) return { state: 'read', at: seen.at };
    const arrived = firstCovering(received, seq);
    return arrived === undefined ? { state: 'sent', at: null } : { state: 'received', at: arrived.at };
  };
}

/** @param receipts in order of their log; long logs have thousands. */
function firstCovering<Covering extends Readonly<{ to: number }>>(
  receipts: readonly Covering[],
  seq: number,
): Covering | undefined {
  let [low, high] = [0, receipts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((receipts[middle]?.to ?? 0) >= seq) high = middle;
    else low = middle + 1;
  }
  return receipts[low];
}

/** What came of questions, by the seq that asked. */
export type CameOf = (asked: LogEventOf<'skill-requested'>) => Came;

export function answersIn(events: readonly LogEvent[]): CameOf {
  const found = new Map<number, LogEventOf<'skill-answered' | 'skill-failed'>>();
  for (const event of events) {
    if (event.kind !== 'skill-answered' && event.kind !== 'skill-failed') continue;
    if (event.request !== null) found.set(event.request, event);
  }
  return ({ seq, at }) => {
    const came = found.get(seq);
    if (came === undefined) return { kind: 'nothing' };
    const tookMs = Date.parse(came.at) - Date.parse(at);
    if (came.kind === 'skill-failed') return { kind: 'failure', cause: came.cause, tookMs };
    return { kind: 'answer', output: came.output, tookMs };
  };
}

/** Calls that were not taken, by the event that owes them. */
export type OwedBy = (seq: number) => readonly Delivery[];

export function owedIn(open: readonly Delivery[]): OwedBy {
  const found = Map.groupBy(open, ({ seq }) => seq);
  return (seq) => found.get(seq) ?? [];
}

/** A delivery's id, which is made of what it is. */
export const deliveryIdOf = (sessionId: string, { lane, seq, part }: CallKey): string =>
  `${sessionId}-${lane}-${seq}-${part}`;
