import type { SessionEvent } from '../core/events.ts';
import { storedDueAt } from '../core/schedule.ts';
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
export type LaneCall = Pick<StoredDelivery, 'lane' | 'seq' | 'part' | 'kind' | 'url' | 'status' | 'tryUntil'> & {
  readonly event: SessionEvent | null;
  attempts: number;
  dueAt: number;
  lastFailure: string | null;
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

const mostInMemory = 64;

export class Lane {
  readonly #parts: LaneParts;
  readonly #sessionId: string;
  readonly #name: string;
  readonly #queue: LaneCall[] = [];
  /** Whether the store holds calls of this lane that are not in the queue. */
  #behind: boolean;
  /** How many calls were left to the store. */
  #missed = 0;
  #last = { seq: 0, part: -1 };
  #interrupt = new AbortController();

  constructor(parts: LaneParts, sessionId: string, name: string, behind: boolean) {
    this.#parts = parts;
    this.#sessionId = sessionId;
    this.#name = name;
    this.#behind = behind;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  push(calls: readonly LaneCall[]): void {
    for (const call of calls) {
      if (!this.#isNew(call)) continue;
      if (!this.#behind && this.#queue.length < mostInMemory) this.#take(call);
      else {
        this.#behind = true;
        this.#missed += 1;
      }
    }
  }

  /** Drops calls that match, also the one that is being tried. */
  drop(matches: (call: LaneCall) => boolean): void {
    for (const call of this.#queue) if (matches(call)) call.dropped = true;
    this.#interrupt.abort();
  }

  /** Runs until nothing is owed or the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const [head] = this.#queue;
      if (head === undefined) {
        if (!this.#behind) return;
        await this.#readMore();
        continue;
      }
      await this.#waitFor(head, signal);
      if (signal.aborted) return;
      const early = head.dueAt > this.#parts.clock.now();
      if (early && !head.dropped) continue;
      if (head.dropped || (await this.#parts.attempt(head)) === 'settled' || head.dropped) this.#queue.shift();
    }
  }

  #isNew({ seq, part }: LaneCall): boolean {
    return seq > this.#last.seq || (seq === this.#last.seq && part > this.#last.part);
  }

  #take(call: LaneCall): void {
    call.dueAt = storedDueAt(call.dueAt, call.attempts, this.#parts.clock.now());
    this.#queue.push(call);
    this.#last = { seq: call.seq, part: call.part };
  }

  async #readMore(): Promise<void> {
    await this.#parts.flush();
    const missed = this.#missed;
    const stored = await this.#parts.deliveries.readLane(this.#sessionId, this.#name, mostInMemory);
    const fresh = stored.map(laneCall).filter((call) => this.#isNew(call));
    for (const call of fresh) this.#take(call);
    // A call that was committed while this was read may be missing from it.
    this.#behind = stored.length === mostInMemory || this.#missed !== missed;
  }

  async #waitFor(call: LaneCall, signal: AbortSignal): Promise<void> {
    const ms = call.dueAt - this.#parts.clock.now();
    if (ms <= 0 || call.dropped) return;
    this.#interrupt = new AbortController();
    await pause(this.#parts.clock, ms, AbortSignal.any([signal, this.#interrupt.signal]));
  }
}

export const laneCall = (stored: StoredDelivery): LaneCall => ({ ...stored, event: null, dropped: false });
