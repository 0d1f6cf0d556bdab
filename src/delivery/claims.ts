import type { Change, News } from '../engine/changes.ts';
import type { Engine } from '../engine/engine.ts';
import { type Clock, pause } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { HeldSession, SharedStore } from '../store/shared.ts';
import type { DeliveryStore, StoredDelivery } from '../store/store.ts';
import { Lease, leaseMs } from './lease.ts';

/*
 * Which sessions' calls this instance makes, where there are several.
 * 1. What a commit owes goes straight into its lane when all that was owed in the session before is known here, and no
 *    lane has found it by looking: nobody held it, or this instance did and has heard of the commit before. In any other
 *    case the lanes are read.
 * 2. While the lanes of a session are to be read, nothing goes straight into them.
 * 3. A session is let go of when nothing is owed in it here, everything that was settled is written, and, as the store
 *    sees it, nobody has owed anything since.
 * 4. Whatever hints are lost, what this instance holds and does not know of is found by looking.
 * 5. No call begins unless this instance has renewed within its lease: one that was paused or cut off first learns whether
 *    others have taken its sessions, for they may have skipped or given away what it has in memory.
 */

export type ClaimsParts = Readonly<{
  shared: SharedStore;
  engine: Pick<Engine, 'news'>;
  deliveries: DeliveryStore;
  lanes: ClaimedLanes;
  clock: Clock;
  log: Log;
  /** Makes all that was settled visible to others. */
  flush: () => Promise<void>;
  isCrowded: () => boolean;
}>;

/** The lanes as claims see them. */
export type ClaimedLanes = Readonly<{
  /** Begins a lane, or makes one that runs read what it is owed. */
  recover: (delivery: StoredDelivery) => void;
  /** Makes the lanes of a session that run read what they are owed. */
  refresh: (sessionId: string) => void;
  /** Ends the lanes of a session. */
  abandon: (sessionId: string) => void;
  isBusy: (sessionId: string) => boolean;
}>;

const roundMs = 2_000;
/** Of so many rounds one looks for what hints have not told. */
const roundsPerLook = 3;
/** A conversation goes on within this time, mostly; a session that is let go of costs two rows of an index. */
const idleMs = 60_000;
const atOnce = 500;
const retryMs = 1_000;

/** Every commit that owes something has a greater version. */
const unknown = 0;

type Held = { seq: number; idleSince: number | null };

export class Claims {
  readonly lease: Lease;
  readonly #parts: ClaimsParts;
  readonly #held = new Map<string, Held>();
  /** Sessions whose lanes are to be read, and those whose lanes are being read. */
  #unread = new Set<string>();
  #reading = new Set<string>();
  #isReading = false;
  #running: Promise<void> = Promise.resolve();
  /** Ends the wait for the next round. */
  #wake = new AbortController();
  #rounds = 0;
  readonly #stopped = new AbortController();

  constructor(parts: ClaimsParts) {
    this.#parts = parts;
    this.lease = new Lease(parts.shared, parts.clock, parts.log);
  }

  get size(): number {
    return this.#held.size;
  }

  /** Begins to renew and to take over. */
  start(): void {
    this.lease.start(() => this.#beginAnew());
    void this.#followNews(this.#parts.engine.news());
    this.#running = this.#run();
  }

  /** What is held stays held until the instance leaves, or is taken for gone. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#wake.abort();
    await Promise.all([this.lease.stop(), this.#running]);
  }

  holds(sessionId: string): boolean {
    return this.#held.has(sessionId);
  }

  /** A lane has read a call of a commit that is not known here yet: then what that commit owes is read, not pushed. */
  found(sessionId: string, seq: number): void {
    const held = this.#held.get(sessionId);
    if (held !== undefined && held.seq < seq) held.seq = unknown;
  }

  /** What is owed in a session that is held is read anew. */
  readAgain(sessionId: string): void {
    if (this.#held.has(sessionId)) this.#read([sessionId]);
  }

  /** Leaves a session that a newer program has written to one that can read it. */
  async giveUp(sessionId: string): Promise<void> {
    this.#held.delete(sessionId);
    this.#parts.lanes.abandon(sessionId);
    await this.#parts.shared.giveUp([sessionId]).catch((error: unknown) => {
      this.#parts.log.error(
        { session: sessionId, error: String(error) },
        'A session could not be given to a newer program.',
      );
    });
  }

  /** What becomes of a commit's calls: pushed into lanes, or left to the instance that makes them. */
  take({ session: { id, version }, caller }: Change): 'push' | 'leave' {
    if (caller === null) return 'push';
    if (caller.instance !== this.#parts.shared.self()) return 'leave';
    const known = this.#held.get(id);
    const isKnown = (known?.seq ?? null) === caller.owedBefore;
    this.#held.set(id, { seq: Math.max(version, known?.seq ?? 0), idleSince: null });
    if (isKnown && !this.#unread.has(id) && !this.#reading.has(id)) return 'push';
    this.#read([id]);
    return 'leave';
  }

  async #followNews(news: AsyncIterable<readonly News[]>): Promise<void> {
    for await (const some of news) {
      const self = this.#parts.shared.self();
      const moved = some.filter((one) => one.kind === 'moved').filter(({ caller }) => caller === self);
      for (const { sessionId, version } of moved) this.#hold({ sessionId, owedSeq: version });
      if (some.some(({ kind }) => kind !== 'moved')) this.#lookSoon();
    }
  }

  /** Something is owed or changed here that this instance has not heard of, unless it has. */
  #hold({ sessionId, owedSeq }: HeldSession): void {
    const known = this.#held.get(sessionId);
    if (known !== undefined && known.seq >= owedSeq) return;
    this.#held.set(sessionId, { seq: owedSeq, idleSince: null });
    this.#read([sessionId]);
  }

  #read(sessionIds: readonly string[]): void {
    for (const id of sessionIds) this.#unread.add(id);
    if (!this.#isReading) void this.#readAll();
  }

  async #readAll(): Promise<void> {
    const { deliveries, lanes, log, clock, flush } = this.#parts;
    this.#isReading = true;
    while (this.#unread.size > 0 && !this.#stopped.signal.aborted) {
      const ids = [...this.#unread].slice(0, atOnce);
      this.#reading = new Set(ids);
      for (const id of ids) this.#unread.delete(id);
      try {
        // What was settled here is not to be found owed.
        await flush();
        const owed = await deliveries.owedIn(ids);
        // What others have taken over meanwhile is theirs.
        for (const id of ids) if (this.#held.has(id)) lanes.refresh(id);
        for (const delivery of owed) if (this.#held.has(delivery.sessionId)) lanes.recover(delivery);
      } catch (error) {
        for (const id of ids) this.#unread.add(id);
        log.error(
          { error: String(error), sessions: ids.length },
          'Calls that are owed could not be read; trying again.',
        );
        await pause(clock, retryMs, this.#stopped.signal);
      }
    }
    this.#reading = new Set();
    this.#isReading = false;
  }

  #lookSoon(): void {
    this.#rounds = 0;
    this.#wake.abort();
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#parts;
    while (!this.#stopped.signal.aborted) {
      this.#wake = new AbortController();
      try {
        await this.#keep();
      } catch (error) {
        log.warn({ error: String(error) }, 'What this instance holds could not be looked after; trying again.');
      }
      if (!this.#stopped.signal.aborted) await pause(clock, roundMs, this.#wake.signal);
    }
  }

  async #keep(): Promise<void> {
    await this.lease.sure();
    await this.#takeOver(this.lease.mayTakeLate);
    // A stop does not wait for more than the database was asked already.
    if (this.#stopped.signal.aborted) return;
    if (this.#rounds % roundsPerLook === 0) await this.#look();
    this.#rounds += 1;
    await this.#letGo();
  }

  /** Others took this instance for gone: what it held is theirs. */
  async #beginAnew(): Promise<void> {
    const { shared, log, lanes } = this.#parts;
    log.warn({ sessions: this.#held.size }, 'Others took this instance for gone; it begins anew.');
    for (const id of this.#held.keys()) lanes.abandon(id);
    this.#held.clear();
    this.#unread.clear();
    await shared.join(leaseMs);
  }

  /** @param alsoLate what those hold who did not renew in time, beside what was given back. */
  async #takeOver(alsoLate: boolean): Promise<void> {
    const { shared, log, isCrowded } = this.#parts;
    for (;;) {
      if (isCrowded() || this.#stopped.signal.aborted) return;
      const self = shared.self();
      const taken = await shared.takeOver(atOnce, alsoLate);
      if (shared.self() !== self) return;
      for (const one of taken) this.#hold(one);
      if (taken.length > 0) log.info({ sessions: taken.length }, 'Took over sessions of an instance that is gone.');
      if (taken.length < atOnce) return;
    }
  }

  /** Compares what is held here with what the store says. */
  async #look(): Promise<void> {
    const { shared } = this.#parts;
    const before = new Map(this.#held);
    const self = shared.self();
    const rows = await shared.held();
    // What this instance held before it began anew is not its own any more.
    if (shared.self() !== self) return;
    const stored = new Set(rows.map(({ sessionId }) => sessionId));
    for (const row of rows) this.#hold(row);
    for (const [id, known] of before) {
      if (stored.has(id) || this.#held.get(id) !== known) continue;
      this.#held.delete(id);
      this.#unread.delete(id);
      this.#parts.lanes.abandon(id);
    }
  }

  async #letGo(): Promise<void> {
    const { shared, clock, flush } = this.#parts;
    const idle = this.#idle();
    if (idle.length === 0) return;
    await flush();
    const still = idle.filter(({ sessionId, owedSeq }) => this.#isIdle(sessionId, owedSeq, clock.now()));
    for (let at = 0; at < still.length; at += atOnce) {
      const some = still.slice(at, at + atOnce);
      const released = new Set((await shared.release(some)).map(({ sessionId }) => sessionId));
      for (const { sessionId, owedSeq } of some) this.#settleRelease(sessionId, owedSeq, released.has(sessionId));
    }
  }

  /** What the store did not let go of is owed something that is not known here, or just now held by somebody. */
  #settleRelease(sessionId: string, owedSeq: number, isReleased: boolean): void {
    const held = this.#held.get(sessionId);
    if (held?.seq !== owedSeq) return;
    if (isReleased) this.#held.delete(sessionId);
    else {
      held.idleSince = null;
      this.#read([sessionId]);
    }
  }

  #idle(): readonly HeldSession[] {
    const now = this.#parts.clock.now();
    const found: HeldSession[] = [];
    for (const [sessionId, held] of this.#held) {
      if (this.#isBusy(sessionId)) held.idleSince = null;
      else held.idleSince ??= now;
      if (this.#isIdle(sessionId, held.seq, now)) found.push({ sessionId, owedSeq: held.seq });
    }
    return found;
  }

  #isIdle(sessionId: string, seq: number, now: number): boolean {
    const held = this.#held.get(sessionId);
    if (held === undefined || held.seq !== seq || held.idleSince === null) return false;
    return now - held.idleSince >= idleMs && !this.#isBusy(sessionId);
  }

  #isBusy(id: string): boolean {
    return this.#unread.has(id) || this.#reading.has(id) || this.#parts.lanes.isBusy(id);
  }
}
