import { laneOf, requestOf, statusLane } from '../core/calls.ts';
import type { Call, CallChange } from '../core/commands.ts';
import type { SessionEvent } from '../core/events.ts';
import type { Session } from '../core/session.ts';
import type { Change } from '../engine/changes.ts';
import { type Clock, pause } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import { NewerEventError } from '../store/codec.ts';
import type { DeliveryStore, SessionStore, StoredDelivery } from '../store/store.ts';
import { Lane } from './lane.ts';
import type { LaneCall, LaneClaims, LaneParts, LaneStart } from './lane-parts.ts';

export type LaneSetParts = Readonly<{
  clock: Clock;
  log: Log;
  sessions: SessionStore;
  deliveries: DeliveryStore;
  attempt: LaneParts['attempt'];
  late: LaneParts['late'];
  resume: LaneParts['resume'];
  flush: () => Promise<void>;
  signal: AbortSignal;
  /** Where other instances make calls too; else null. */
  claims: LaneClaims | null;
}>;

const stumbleMs = 1_000;
/** Calls that all lanes together hold, their heads aside; what comes beyond waits in the store. */
const mostInMemory = 20_000;

/** The lanes that are owed something. */
export class LaneSet {
  readonly #parts: LaneSetParts;
  readonly #laneParts: LaneParts;
  readonly #lanes = new Map<string, Lane>();
  /** By session, where sessions are claimed. */
  readonly #ofSession = new Map<string, Set<Lane>>();
  readonly #running = new Set<Promise<void>>();
  readonly #stumbled: LaneRun['stumbled'];

  constructor(parts: LaneSetParts) {
    this.#parts = parts;
    this.#stumbled = stumbles(parts.clock, parts.log);
    const { clock, deliveries, flush, attempt, late, resume, sessions, claims } = parts;
    const room = { left: mostInMemory };
    this.#laneParts = {
      clock,
      deliveries,
      flush,
      attempt,
      late,
      resume,
      room,
      claims,
      conversationOf: reader(sessions),
    };
  }

  get size(): number {
    return this.#lanes.size;
  }

  /** Takes in what a commit owes and what it does to calls owed before. */
  async take(change: Change): Promise<void> {
    if (this.#parts.signal.aborted) return;
    this.#push(change);
    for (const one of change.changes) {
      const replayed = await applyChange(this.#lanes, this.#parts.deliveries, change.session.id, one);
      // Another instance may have taken the session over while it was read.
      if (replayed !== null && this.#parts.claims?.holds(replayed.sessionId) !== false) this.#replay(replayed);
    }
  }

  /** Takes up a call that was owed before this process began. */
  recover(delivery: StoredDelivery): void {
    if (delivery.replayed) return this.#replay(delivery);
    const { sessionId, lane: name } = delivery;
    const key = `${sessionId}/${name}`;
    if (this.#lanes.has(key)) return;
    const delay = isOfDesk(name) ? 'unknown' : 'never';
    this.#begin(sessionId, key, this.#lane({ sessionId, name, behind: true, delay }));
  }

  isBusy(sessionId: string): boolean {
    return this.#ofSession.has(sessionId);
  }

  refresh(sessionId: string): void {
    for (const lane of this.#ofSession.get(sessionId) ?? []) lane.refresh();
  }

  abandon(sessionId: string): void {
    for (const lane of this.#ofSession.get(sessionId) ?? []) lane.abandon();
  }

  /** Resolves when no lane runs any more; the signal must have been aborted. */
  async finish(): Promise<void> {
    for (const lane of this.#lanes.values()) lane.wake();
    await Promise.all(this.#running);
  }

  #lane(start: LaneStart): Lane {
    return new Lane(this.#laneParts, start);
  }

  #begin(sessionId: string, key: string, lane: Lane): void {
    this.#lanes.set(key, lane);
    if (this.#parts.claims !== null)
      this.#ofSession.set(sessionId, (this.#ofSession.get(sessionId) ?? new Set()).add(lane));
    const left = (): void => {
      this.#lanes.delete(key);
      const others = this.#ofSession.get(sessionId);
      others?.delete(lane);
      if (others?.size === 0) this.#ofSession.delete(sessionId);
    };
    const round = runLane(this.#parts, { sessionId, key, lane, left, stumbled: this.#stumbled }).finally(() =>
      this.#running.delete(round),
    );
    this.#running.add(round);
  }

  #replay(delivery: StoredDelivery): void {
    const { sessionId, lane, seq, part } = delivery;
    const key = replayKey(sessionId, lane, seq, part);
    if (this.#lanes.has(key)) return;
    const ref = { sessionId, lane, seq, part };
    const single = this.#lane({ sessionId, name: key, behind: true, delay: 'never', single: ref });
    this.#begin(sessionId, key, single);
  }

  #push({ session, calls, events }: Change): void {
    if (calls.length === 0) return;
    for (const [name, owed] of Map.groupBy(calls, ({ lane }) => lane)) {
      const key = `${session.id}/${name}`;
      const fresh = owed.map((call) => freshCall(call, events));
      const known = this.#lanes.get(key);
      if (known !== undefined) known.push(fresh);
      else {
        const conversation = { id: session.id, virtualAgentId: session.virtualAgentId };
        const delay = delayOf(session, name);
        const lane = this.#lane({ sessionId: session.id, name, behind: false, delay, conversation });
        lane.push(fresh);
        this.#begin(session.id, key, lane);
      }
    }
  }
}

/** Whether people wait for a desk that takes nothing of this lane. */
const isOfDesk = (lane: string): boolean => lane !== statusLane && requestOf(lane) === null;

/** A delay that was told before may be open although nothing was owed any more: its call was skipped. */
function delayOf({ delayed }: Session, lane: string): LaneStart['delay'] {
  if (!isOfDesk(lane)) return 'never';
  return delayed !== null && lane === laneOf(delayed.epoch) ? 'told' : 'none';
}

const replayKey = (sessionId: string, lane: string, seq: number, part: number): string =>
  `${sessionId}/${lane}/replay/${seq}/${part}`;

type LaneRun = Readonly<{
  sessionId: string;
  key: string;
  lane: Lane;
  left: () => void;
  stumbled: (lane: string, error: unknown) => void;
}>;

/** Tells of lanes that stumble, once a second: when the database is away all of them do. */
function stumbles(clock: Clock, log: Log): LaneRun['stumbled'] {
  let lanes = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  return (lane, error) => {
    lanes += 1;
    if (clock.now() - toldAt < stumbleMs) return;
    log.error({ lane, lanes, error: String(error) }, 'Lanes stumbled; trying again.');
    lanes = 0;
    toldAt = clock.now();
  };
}

/** Runs a lane until nothing is owed in it; a fault of ours is told and tried again, and drops nothing. */
async function runLane(
  { clock, signal, claims }: LaneSetParts,
  { sessionId, key, lane, left, stumbled }: LaneRun,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await lane.run(signal);
      // What was pushed while the run was ending starts another; nothing may come between this look and `left`.
      if (!lane.hasMore) break;
    } catch (error) {
      if (error instanceof NewerEventError && claims !== null) {
        await claims.giveUp(sessionId);
        break;
      }
      stumbled(key, error);
      await pause(clock, stumbleMs, signal);
    }
  }
  left();
}

function reader(sessions: SessionStore): LaneParts['conversationOf'] {
  return async (sessionId) => {
    const session = await sessions.load(sessionId);
    if (session === null) throw new Error(`Session ${sessionId} is missing.`);
    return { id: session.id, virtualAgentId: session.virtualAgentId };
  };
}

/** @returns the call to be replayed, if that is what the change asks for. */
async function applyChange(
  lanes: ReadonlyMap<string, Lane>,
  deliveries: DeliveryStore,
  sessionId: string,
  change: CallChange,
): Promise<StoredDelivery | null> {
  if (change.kind === 'cancel') {
    lanes.get(`${sessionId}/${change.lane}`)?.drop(({ kind }) => kind === 'start' || kind === 'inbound');
    return null;
  }
  const { lane, seq, part } = change.call;
  if (change.state === 'owed') {
    const found = await deliveries.find({ sessionId, lane, seq, part });
    return found?.state === 'owed' ? found : null;
  }
  if (change.state !== 'skipped') return null;
  for (const key of [`${sessionId}/${lane}`, replayKey(sessionId, lane, seq, part)]) {
    lanes.get(key)?.drop((call) => call.seq === seq && call.part === part);
  }
  return null;
}

function freshCall(call: Call, events: readonly SessionEvent[]): LaneCall {
  const event = events.find(({ seq }) => seq === call.seq) ?? null;
  return { ...call, event, replayed: false, attempts: 0, dueAt: call.owedAt, lastFailure: null, dropped: false };
}
