import { statusLane } from '../../../src/core/calls.ts';
import type { Call, CallChange } from '../../../src/core/commands.ts';
import { deliveryWindowMs } from '../../../src/core/schedule.ts';
import type {
  AttemptRecord,
  DeliveryFilter,
  DeliveryStore,
  DeskDebt,
  StoredDelivery,
} from '../../../src/store/store.ts';
import { callOrder } from './order.ts';
import { type CallRow, callOf, callsIn, keyOf, type Rows, type SessionRow } from './rows.ts';

type Undo = (back: () => void) => void;

function change(row: CallRow, now: StoredDelivery, undo: Undo): void {
  const old = row.now;
  undo(() => {
    row.now = old;
  });
  row.now = now;
}

export function writeCalls(
  session: SessionRow,
  calls: readonly Call[],
  changes: readonly CallChange[],
  at: number,
  undo: Undo,
): void {
  for (const call of calls) {
    const key = keyOf(call);
    if (session.calls.has(key)) throw new Error(`The call ${key} is owed already.`);
    const now: StoredDelivery = {
      ...call,
      ...{ sessionId: session.id, state: 'owed', attempts: 0, dueAt: call.owedAt, settledAt: null },
      ...{ lastFailure: null, replayed: false },
    };
    session.calls.set(key, { now, attempts: [] });
    undo(() => session.calls.delete(key));
  }
  for (const one of changes) {
    if (one.kind === 'cancel') cancel(session, one.lane, at, undo);
    else settle(session, one, at, undo);
  }
}

function cancel(session: SessionRow, lane: string, at: number, undo: Undo): void {
  for (const row of session.calls.values()) {
    const { now } = row;
    if (now.lane !== lane || now.state !== 'owed' || (now.kind !== 'start' && now.kind !== 'inbound')) continue;
    change(row, { ...now, state: 'skipped', settledAt: at }, undo);
  }
}

function settle(session: SessionRow, one: Extract<CallChange, { kind: 'settle' }>, at: number, undo: Undo): void {
  const row = session.calls.get(keyOf(one.call));
  if (row === undefined) return;
  const { now } = row;
  if (one.state === 'owed') {
    if (now.state !== 'dead') return;
    const again = { attempts: 0, owedAt: at, dueAt: at, tryUntil: at + deliveryWindowMs, replayed: true };
    return change(row, { ...now, ...again, state: 'owed', settledAt: null }, undo);
  }
  if (now.state !== 'owed' && !(now.state === 'dead' && one.state === 'skipped')) return;
  const { attempts = null, cause = null } = 'attempts' in one ? one : {};
  change(
    row,
    {
      ...now,
      ...{ state: one.state, settledAt: at, attempts: attempts ?? now.attempts },
      lastFailure: cause ?? now.lastFailure,
    },
    undo,
  );
}

const keptFirst = 5;
const keptLast = 20;

export function recordAttempts(rows: Rows, attempts: readonly AttemptRecord[], undo: Undo): void {
  for (const one of attempts) {
    const row = callOf(rows, one);
    if (row === undefined) continue;
    const { now } = row;
    if (now.state === 'owed') {
      const { attempts: made } = one;
      if (one.state === 'delivered')
        change(row, { ...now, state: 'delivered', attempts: made, settledAt: one.at }, undo);
      if (one.state === 'owed') {
        change(row, { ...now, attempts: made, dueAt: one.dueAt, lastFailure: one.failure }, undo);
      }
    }
    if (one.state !== 'delivered') note(row, one, undo);
  }
}

function note(row: CallRow, one: Exclude<AttemptRecord, { state: 'delivered' }>, undo: Undo): void {
  const old = row.attempts;
  undo(() => {
    row.attempts = old;
  });
  const number = (old.at(-1)?.number ?? 0) + 1;
  const { at, status, failure: cause, excerpt } = one;
  const all = [...old, { number, at, status, cause, excerpt }];
  row.attempts = all.filter((each) => each.number <= keptFirst || each.number > number - keptLast);
}

export function callReads(rows: Rows): Omit<DeliveryStore, 'record' | 'flushed'> {
  return {
    readLane: async (sessionId, lane, limit) =>
      callsIn(rows, (call) => call.lane === lane && call.state === 'owed' && !call.replayed, sessionId).slice(0, limit),
    owed: async (after, limit) =>
      callsIn(rows, (call) => call.state === 'owed' && (after === null || callOrder(call, after) > 0)).slice(0, limit),
    owedIn: async (ids) => {
      const heads = new Map<string, StoredDelivery>();
      for (const call of callsIn(rows, ({ state, sessionId }) => state === 'owed' && ids.includes(sessionId))) {
        const key = `${call.sessionId} ${call.lane} ${call.replayed ? `${call.seq} ${call.part}` : ''}`;
        if (!heads.has(key)) heads.set(key, call);
      }
      return [...heads.values()];
    },
    find: async (ref) => callOf(rows, ref)?.now ?? null,
    attempts: async (ref) => callOf(rows, ref)?.attempts ?? [],
    open: async (sessionId, from, to) =>
      callsIn(rows, ({ state, seq }) => isOpen(state) && seq >= from && seq <= to, sessionId),
    debt: async (sessionId) => debtOf(callsIn(rows, ({ state }) => isOpen(state), sessionId)),
    list: async (filter) => callsIn(rows, (call) => isListed(filter, call), filter.sessionId).slice(0, filter.limit),
    count: async () => {
      const open = callsIn(rows, ({ state }) => isOpen(state));
      const owed = open.filter(({ state }) => state === 'owed');
      const oldest = Math.min(...owed.map(({ owedAt }) => owedAt));
      return {
        ...{ owed: owed.length, dead: open.length - owed.length },
        oldestOwedAt: owed.length === 0 ? null : oldest,
      };
    },
  };
}

const isOpen = (state: StoredDelivery['state']): boolean => state === 'owed' || state === 'dead';

function isListed({ state, after, url }: DeliveryFilter, call: StoredDelivery): boolean {
  if (url !== undefined && call.url !== url) return false;
  if (after !== undefined && callOrder(call, after) <= 0) return false;
  if (state === 'stuck') return call.state === 'owed' && call.attempts > 0;
  return state === undefined || call.state === state;
}

function debtOf(open: readonly StoredDelivery[]): DeskDebt {
  const waiting = open.filter(({ state, lane }) => state === 'owed' && lane !== statusLane);
  const wasTried = waiting.some(({ attempts }) => attempts > 0);
  const failed = open
    .filter(({ lastFailure }) => lastFailure !== null)
    .sort((one, other) => {
      if (one.state !== other.state) return one.state === 'owed' ? -1 : 1;
      return one.state === 'owed' ? one.owedAt - other.owedAt : Number(other.settledAt) - Number(one.settledAt);
    });
  return {
    notReceivedSince: wasTried ? Math.min(...waiting.map(({ owedAt }) => owedAt)) : null,
    waiting: waiting.length,
    dead: open.filter(({ state }) => state === 'dead').length,
    lastFailure: failed[0]?.lastFailure ?? null,
  };
}
