import type { Call, CallChange } from '../../core/commands.ts';
import type { CallKey } from '../../core/events.ts';
import { deliveryWindowMs } from '../../core/schedule.ts';
import { encodeBody } from '../codec.ts';

/*
 * All parts of one statement see the tables as they were before it, and in what order they write is not promised. So
 * what one commit does to a call is folded into one row before it is sent: a call that is owed and settled in the same
 * commit is inserted settled, and several changes of a stored call become one, for each state it may be in.
 */

type State = 'owed' | 'delivered' | 'dead' | 'skipped';

/** What changes make of a call; null leaves what is stored. */
type Fate = Readonly<{
  state: State;
  settled: number | null;
  attempts: number | null;
  failure: string | null;
  /** Since when it is owed anew. */
  owed: number | null;
}>;

/** A call to be inserted. */
export type CallRow = CallKey &
  Readonly<{
    kind: string;
    url: string;
    detail: string | null;
    state: State;
    attempts: number;
    owed: number;
    due: number;
    until: number;
    settled: number | null;
    failure: string | null;
    replayed: 0 | 1;
  }>;

/** What becomes of a stored call that is in a state, and, where it matters, is one that a cancelled lane skips or not. */
export type ChangeRow = CallKey & Fate & Readonly<{ before: State; skippable: boolean | null; until: number | null }>;

export type FoldedCalls = Readonly<{
  calls: readonly CallRow[];
  changes: readonly ChangeRow[];
  /** Lanes whose stored start and inbound calls are skipped, but for those that `changes` names. */
  cancelled: readonly string[];
}>;

const none: FoldedCalls = { calls: [], changes: [], cancelled: [] };

/** @param at the instant of the commit. */
export function foldCalls(calls: readonly Call[], changes: readonly CallChange[], at: number): FoldedCalls {
  if (calls.length === 0 && changes.length === 0) return none;
  const named = new Map(
    changes.filter((change) => change.kind === 'settle').map(({ call }) => [nameOf(call), call] as const),
  );
  for (const call of calls) named.delete(nameOf(call));
  const lanes = changes.filter((change) => change.kind === 'cancel').map(({ lane }) => lane);
  return {
    calls: calls.map((call) => insertedAs(call, changes, at)),
    changes: [...named.values()].flatMap((key) => changedAs(key, changes, at)),
    cancelled: [...new Set(lanes)],
  };
}

const nameOf = ({ lane, seq, part }: CallKey): string => `${lane} ${seq} ${part}`;

const isSkippable = (kind: string): boolean => kind === 'start' || kind === 'inbound';

const concerns = (change: CallChange, key: CallKey): boolean =>
  change.kind === 'cancel' ? change.lane === key.lane : nameOf(change.call) === nameOf(key);

function insertedAs(call: Call, changes: readonly CallChange[], at: number): CallRow {
  const { lane, seq, part, kind, url, status, owedAt, tryUntil } = call;
  const fate = changes
    .filter((change) => concerns(change, call))
    .reduce((now, change) => step(now, change, at, isSkippable(kind)), untouched('owed'));
  return {
    ...{ lane, seq, part, kind, url, detail: status === undefined ? null : encodeBody(status), state: fate.state },
    ...{ attempts: fate.attempts ?? 0, settled: fate.settled, failure: fate.failure, owed: fate.owed ?? owedAt },
    due: fate.owed ?? owedAt,
    until: fate.owed === null ? tryUntil : fate.owed + deliveryWindowMs,
    replayed: fate.owed === null ? 0 : 1,
  };
}

function changedAs({ lane, seq, part }: CallKey, changes: readonly CallChange[], at: number): readonly ChangeRow[] {
  const own = changes.filter((change) => concerns(change, { lane, seq, part }));
  const kinds = own.some(({ kind }) => kind === 'cancel') ? [true, false] : [null];
  // What was delivered or skipped stays so.
  return (['owed', 'dead'] as const).flatMap((before) =>
    kinds.flatMap((skippable) => {
      const start = untouched(before);
      const fate = own.reduce((now, change) => step(now, change, at, skippable === true), start);
      if (fate === start) return [];
      return [{ lane, seq, part, ...fate, before, skippable, until: fate.owed && fate.owed + deliveryWindowMs }];
    }),
  );
}

const untouched = (state: State): Fate => ({ state, settled: null, attempts: null, failure: null, owed: null });

/** One change as it is done to a row; the same fate where the row is not touched. */
function step(now: Fate, change: CallChange, at: number, skippable: boolean): Fate {
  if (change.kind === 'cancel') {
    return now.state === 'owed' && skippable ? { ...now, state: 'skipped', settled: at } : now;
  }
  if (change.state === 'owed') {
    return now.state === 'dead' ? { ...now, state: 'owed', settled: null, attempts: 0, owed: at } : now;
  }
  if (now.state !== 'owed' && !(now.state === 'dead' && change.state === 'skipped')) return now;
  const { attempts = null, cause = null } = 'attempts' in change ? change : {};
  const made = { attempts: attempts ?? now.attempts, failure: cause ?? now.failure };
  return { ...now, ...made, state: change.state, settled: at };
}
