import type { SessionEvent } from '../core/events.ts';
import { type Clock, pause } from '../platform/clock.ts';
import type { DeliveryStore, StoredDelivery } from '../store/store.ts';

/*
 * One lane: the calls owed for one handoff, or a session's statuses.
 * 1. One attempt in flight, and no next call before the one at the head is settled: order is the shape of the loop.
 * 2. What waits in memory is a part of what the store holds. When there is more (`behind`), the lane reads it from the
 *    store after it has settled all it had, and takes nothing from the feed until then.
 * 3. A call is taken once: those at or before the last one taken are known already.
 */

/** A call in a lane, with the event that owes it when that is at hand. */
export type LaneCall = Pick<StoredDelivery, 'lane' | 'seq' | 'part' | 'kind' | 'url' | 'status' | 'owedAt'> & {
  readonly event: SessionEvent | null;
  attempts: number;
  dueAt: number;
  /** It was cancelled or skipped: whatever comes of it is of no interest. */
  dropped: boolean;
};

export type LaneParts = Readonly<{
  clock: Clock;
  deliveries: DeliveryStore;
  /** Makes all that was settled visible to the store's answer. */
  flush: () => Promise<void>;
  /** Makes one attempt and settles the call, or sets when it is due again. */
  attempt: (call: LaneCall) => Promise<'settled' | 'again'>;
}>;

export type Lane = Readonly<{
  push: (calls: readonly LaneCall[]) => void;
  /** Drops calls that match, also the one that is being tried. */
  drop: (matches: (call: LaneCall) => boolean) => void;
  /** Runs until nothing is owed or the signal aborts. */
  run: (signal: AbortSignal) => Promise<void>;
  waiting: () => number;
}>;

const mostInMemory = 64;

/** @param behind whether the store holds calls of this lane that were not pushed. */
export function createLane(parts: LaneParts, sessionId: string, name: string, behind: boolean): Lane {
  const queue: LaneCall[] = [];
  let more = behind;
  let last = { seq: 0, part: -1 };
  let interrupt = new AbortController();

  const isNew = ({ seq, part }: LaneCall): boolean => seq > last.seq || (seq === last.seq && part > last.part);
  const take = (call: LaneCall): void => {
    queue.push(call);
    last = { seq: call.seq, part: call.part };
  };

  const push = (calls: readonly LaneCall[]): void => {
    for (const call of calls) {
      if (!isNew(call)) continue;
      if (more || queue.length >= mostInMemory) more = true;
      else take(call);
    }
  };

  const readMore = async (): Promise<void> => {
    await parts.flush();
    const stored = await parts.deliveries.readLane(sessionId, name, mostInMemory);
    more = stored.length === mostInMemory;
    for (const call of stored.map(laneCall)) if (isNew(call)) take(call);
  };

  const waitFor = async (call: LaneCall, signal: AbortSignal): Promise<void> => {
    const ms = call.dueAt - parts.clock.now();
    if (ms <= 0 || call.dropped) return;
    interrupt = new AbortController();
    await pause(parts.clock, ms, AbortSignal.any([signal, interrupt.signal]));
  };

  return {
    push,
    drop: (matches) => {
      for (const call of queue) if (matches(call)) call.dropped = true;
      interrupt.abort();
    },
    run: async (signal) => {
      while (!signal.aborted) {
        const [head] = queue;
        if (head === undefined) {
          if (!more) return;
          await readMore();
          if (queue.length === 0 && !more) return;
          continue;
        }
        await waitFor(head, signal);
        if (!head.dropped && (head.dueAt > parts.clock.now() || signal.aborted)) continue;
        if (head.dropped || (await parts.attempt(head)) === 'settled' || head.dropped) queue.shift();
      }
    },
    waiting: () => queue.length,
  };
}

export const laneCall = (stored: StoredDelivery): LaneCall => ({ ...stored, event: null, dropped: false });
