import type { CallKind, SessionEvent } from '../../../src/core/events.ts';
import type { Flow } from '../../../src/core/flow/flow.ts';
import { type Clocks, Violation } from '../witness.ts';
import { newWords, type Words } from './end-user.ts';
import { Instances } from './instances.ts';
import { newWrites, type Writes } from './live-agent.ts';
import { type Ownership, Pending } from './refusals.ts';
import type { State } from './state.ts';

/** What a desk is told of a live agent's message. */
export type StatusOf = Readonly<{ messageId: string; status: 'submitted' | 'delivered' | 'read' | 'undeliverable' }>;

/** A call that the log owes a desk, with what was seen of it. */
export type OwedCall = {
  readonly id: string;
  readonly kind: CallKind;
  readonly url: string;
  /** The event that owes it. */
  readonly event: SessionEvent;
  readonly status: StatusOf | null;
  /** Its place in its lane. */
  readonly place: number;
  /** By the event's clock: no attempt may be given up before. */
  tryUntil: number;
  /** The bytes with which it left first. */
  body: string | null;
  arrived: boolean;
  taken: boolean;
  refused: boolean;
  died: boolean;
  /** Whether it was not tried again by hand since. */
  isDead: boolean;
  skipped: boolean;
  cancelled: boolean;
  replayed: boolean;
};

export type Lane = {
  readonly name: string;
  readonly calls: OwedCall[];
  /** All before this place are settled. */
  settledTo: number;
  /** By instance the attempt that has left and of which nothing was heard. */
  readonly inFlight: Map<number, Readonly<{ attempt: number; call: OwedCall }>>;
};

/** What is known of one session. */
export type Mirror = {
  readonly id: string;
  /** What is on disk for good. */
  readonly events: SessionEvent[];
  /** Null before its first event. */
  state: State | null;
  flow: Flow | null;
  readonly calls: Map<string, OwedCall>;
  readonly lanes: Map<string, Lane>;
  readonly words: Words;
  readonly writes: Writes;
  handedOut: boolean;
  readonly ownership: Ownership[];
  /** Calls that a person has asked to be tried again (`replay …`) or left out (`skip …`). */
  readonly managed: Set<string>;
};

export type World = {
  readonly clocks: Clocks;
  /** Whether several instances share one database. */
  readonly isShared: boolean;
  readonly instances: Instances;
  readonly pending: Pending;
  readonly sessions: Map<string, Mirror>;
  /** By `id version`. */
  readonly flows: Map<string, Flow>;
  /** What the program's clock showed last. */
  lastNow: number;
};

export const newWorld = (clocks: Clocks, isShared: boolean): World => ({
  ...{ clocks, isShared, instances: new Instances(), pending: new Pending() },
  sessions: new Map(),
  flows: new Map(),
  lastNow: clocks.now() ?? Number.POSITIVE_INFINITY,
});

export function mirrorOf({ sessions }: World, id: string): Mirror {
  const known = sessions.get(id);
  if (known !== undefined) return known;
  const mirror: Mirror = {
    id,
    events: [],
    state: null,
    flow: null,
    calls: new Map(),
    lanes: new Map(),
    words: newWords(),
    writes: newWrites(),
    handedOut: false,
    ownership: [],
    managed: new Set(),
  };
  sessions.set(id, mirror);
  return mirror;
}

/** @throws Violation with a sentence that names the session. */
export function broken(invariant: number, sessionId: string, sentence: string): never {
  throw new Violation(invariant, `Session ${sessionId}: ${sentence}`, sessionId);
}

/** As a sentence names a call whose session is named already. */
export const callName = ({ id, kind }: Pick<OwedCall, 'id' | 'kind'>): string => `the ${kind} call ${id.slice(37)}`;

export const instantOf = (at: number): string => new Date(at).toISOString();

/** Whether two values are the same as JSON has them; a field that is undefined is not there. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((one, i) => same(one, b[i]));
  }
  const [left, right] = [fieldsOf(a), fieldsOf(b)];
  return (
    left.size === right.size && [...left].every(([name, value]) => right.has(name) && same(value, right.get(name)))
  );
}

const fieldsOf = (value: object): Map<string, unknown> =>
  new Map(Object.entries(value).filter(([, one]) => one !== undefined));
