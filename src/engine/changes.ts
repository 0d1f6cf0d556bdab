import type { Call, CallChange } from '../core/commands.ts';
import type { SessionEvent } from '../core/events.ts';
import type { Session } from '../core/session.ts';

/** One committed step of a session. `events` follow `before` without a hole. */
export type Change = Readonly<{
  before: number;
  session: Session;
  events: readonly SessionEvent[];
  calls: readonly Call[];
  changes: readonly CallChange[];
  /** Who makes the calls of the session, where the commit owes some or changes some and others could; else null. */
  caller: Caller | null;
}>;

/** An instance, and the version of the commit that owed calls before this one; null when nobody held the session. */
export type Caller = Readonly<{ instance: number; owedBefore: number | null }>;

/** What was committed elsewhere. */
export type News =
  /** `caller` is the instance that has to look for calls. */
  | Readonly<{ kind: 'moved'; sessionId: string; version: number; caller: number | null }>
  /** An instance gave back what it held. */
  | Readonly<{ kind: 'gone' }>
  /** Some may have been missed. */
  | Readonly<{ kind: 'missed' }>;

/** Something that is no fact: never stored, and lost when nobody watches. */
export type Signal = Readonly<{ sessionId: string; kind: 'live-agent-typing' }>;
