import { storedDueAt } from '../core/schedule.ts';
import type { DeliveryRef, StoredDelivery } from '../store/store.ts';
import type { Conversation } from './attempts/bodies.ts';
import type { LaneCall, LaneParts, LaneStart, LaneState } from './lane-parts.ts';

/*
 * One lane: the calls owed for one handoff, or a session's statuses.
 * 1. One attempt in flight, and no next call before the one at the head is settled: order is the shape of the loop.
 * 2. What waits in memory is a part of what the store holds. When there is more (`behind`), the lane reads it from the
 *    store after it has settled all it had, and takes nothing from the feed until then.
 * 3. A call is taken once: those at or before the last one taken are known already.
 * 4. A lane that is stuck holds its head and nothing else, and of that not the event: what waits for a desk that is down
 *    waits in the store.
 * 5. What is read from the store is called only when it is flushed.
 * 6. What a start call's outcome did to the calls behind it is known before the first of them is made. Where others
 *    commit too, it may be theirs, and no news of here: the lane is read anew.
 */

const mostInMemory = 64;

export class Lane implements LaneState {
  delay: LaneState['delay'];
  untold = false;
  readonly #parts: LaneParts;
  readonly #sessionId: string;
  readonly #name: string;
  readonly #single: DeliveryRef | null;
  #conversation: Conversation | null;
  #queue: LaneCall[] = [];
  /** Whether the store holds calls of this lane that are not in the queue. */
  #behind: boolean;
  /** How many calls were left to the store. */
  #missed = 0;
  #lastSeq = 0;
  #lastPart = -1;
  #wake: (() => void) | null = null;
  /** What is in memory is to be forgotten: others have changed something. */
  #isStale = false;
  /** Then nothing is to be read in its place. */
  #isAbandoned = false;

  constructor(parts: LaneParts, { sessionId, name, behind, delay, conversation, single }: LaneStart) {
    this.#parts = parts;
    this.#sessionId = sessionId;
    this.#name = name;
    this.#single = single ?? null;
    this.#behind = behind;
    this.#conversation = conversation ?? null;
    this.delay = delay;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** Whether another run has something to do. */
  get hasMore(): boolean {
    return this.#queue.length > 0 || this.#isStale;
  }

  get isLast(): boolean {
    return this.#queue.length <= 1 && !this.#behind;
  }

  get mayCall(): boolean {
    return !this.#isStale && this.#parts.claims?.isSure() !== false;
  }

  push(calls: readonly LaneCall[]): void {
    this.#isAbandoned = false;
    for (const call of calls) {
      if (!this.#isNew(call)) continue;
      if (!this.#behind && this.#hasRoom()) this.#take(call);
      else {
        this.#behind = true;
        this.#missed += 1;
      }
    }
  }

  /** Drops calls that match, also the one that is being tried. */
  drop(matches: (call: LaneCall) => boolean): void {
    for (const call of this.#queue) if (matches(call)) call.dropped = true;
    this.wake();
  }

  /** Others have changed what is owed: what waits is read anew, when the call that is tried is settled. */
  refresh(): void {
    this.#isStale = true;
    this.#isAbandoned = false;
    this.wake();
  }

  /** Others make the calls of this lane: it ends when the call that is tried is settled. */
  abandon(): void {
    this.#isStale = true;
    this.#isAbandoned = true;
    this.wake();
  }

  /** Ends a wait, to look whether there is still a reason for it. */
  wake(): void {
    this.#wake?.();
  }

  /** Runs until nothing is owed or the signal aborts; whoever aborts it must `wake` the lane. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.#isStale) this.#forget();
      const [head] = this.#queue;
      if (head === undefined) {
        if (this.#behind) await this.#readMore();
        else if (this.delay === 'told' || this.delay === 'unknown') await this.#resume();
        else return;
        continue;
      }
      await this.#waitFor(head);
      if (signal.aborted) return;
      if (this.#isStale) continue;
      const early = head.dueAt > this.#parts.clock.now();
      if (early && !head.dropped) continue;
      if (!head.dropped && !this.mayCall) {
        await this.#parts.claims?.sure();
        continue;
      }
      if (head.dropped || (await this.#attempt(head)) === 'settled' || head.dropped) {
        this.#shift();
        if (head.kind === 'start') await this.#heardAll();
      } else this.#shed(head);
    }
  }

  async #attempt(call: LaneCall): Promise<'settled' | 'again'> {
    this.#conversation ??= await this.#parts.conversationOf(this.#sessionId);
    return this.#parts.attempt(this.#conversation, call, this);
  }

  async #tellLate(head: LaneCall): Promise<void> {
    if (!this.mayCall) return this.#parts.claims?.sure();
    this.untold = false;
    if (head.attempts > 0) await this.#parts.late(this.#sessionId, head, this);
  }

  async #resume(): Promise<void> {
    this.delay = 'none';
    await this.#parts.resume(this.#sessionId, this.#name);
  }

  #forget(): void {
    this.#isStale = false;
    this.#parts.room.left += this.#queue.length;
    this.#queue = [];
    this.#behind = !this.#isAbandoned;
    this.#missed += 1;
    this.#lastSeq = 0;
    this.#lastPart = -1;
    if (!this.#isAbandoned) return;
    this.delay = 'none';
    this.untold = false;
  }

  /** The outcome may have cancelled what waits; that comes by the feed, which is read within this turn of the loop. */
  #heardAll(): Promise<void> {
    if (this.#parts.claims !== null) this.#isStale = true;
    return new Promise((resolve) => this.#parts.clock.soon(resolve));
  }

  #isNew({ seq, part }: LaneCall): boolean {
    return seq > this.#lastSeq || (seq === this.#lastSeq && part > this.#lastPart);
  }

  /** A lane may always hold its head. */
  #hasRoom(): boolean {
    const [head] = this.#queue;
    if (head === undefined) return true;
    return head.attempts === 0 && this.#queue.length < mostInMemory && this.#parts.room.left > 0;
  }

  #take(call: LaneCall): void {
    call.dueAt = storedDueAt(call.dueAt, call.attempts, this.#parts.clock.now());
    if (this.#parts.room.left <= 0) call.event = null;
    this.#parts.room.left -= 1;
    this.#queue.push(call);
    this.#lastSeq = call.seq;
    this.#lastPart = call.part;
  }

  #shift(): void {
    this.#queue.shift();
    this.#parts.room.left += 1;
  }

  /** What waits behind a head that failed is left to the store. */
  #shed(head: LaneCall): void {
    head.event = null;
    if (this.#queue.length === 1) return;
    this.#parts.room.left += this.#queue.length - 1;
    this.#queue = [head];
    this.#behind = true;
    this.#lastSeq = head.seq;
    this.#lastPart = head.part;
  }

  async #readMore(): Promise<void> {
    await this.#parts.flush();
    const missed = this.#missed;
    const limit = Math.min(mostInMemory, Math.max(1, this.#parts.room.left));
    const stored = this.#single === null ? await this.#readLane(limit) : await this.#readSingle(this.#single);
    const fresh = stored.map(laneCall).filter((call) => this.#isNew(call));
    for (const call of fresh) this.#take(call);
    for (const { seq } of fresh) this.#parts.claims?.found(this.#sessionId, seq);
    // A call that was committed while this was read may be missing from it.
    this.#behind = (stored.length === limit && this.#single === null) || this.#missed !== missed;
    // Taken before this wait, so that what is cancelled meanwhile is dropped.
    if (fresh.length > 0) await this.#parts.deliveries.flushed();
  }

  #readLane(limit: number): Promise<readonly StoredDelivery[]> {
    return this.#parts.deliveries.readLane(this.#sessionId, this.#name, limit);
  }

  async #readSingle(ref: DeliveryRef): Promise<readonly StoredDelivery[]> {
    const found = await this.#parts.deliveries.find(ref);
    return found?.state === 'owed' ? [found] : [];
  }

  async #waitFor(call: LaneCall): Promise<void> {
    if (this.untold && !call.dropped) return this.#tellLate(call);
    const ms = call.dueAt - this.#parts.clock.now();
    if (ms <= 0 || call.dropped) return;
    // Bare, for a signal and its listeners would be most of what a lane that waits costs.
    await new Promise<void>((resolve) => {
      const cancel = this.#parts.clock.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
    this.#wake = null;
  }
}

export const laneCall = (stored: StoredDelivery): LaneCall => ({ ...stored, event: null, dropped: false });
