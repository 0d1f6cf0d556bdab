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
}>;

/** Something that is no fact: never stored, and lost when nobody watches. */
export type Signal = Readonly<{ sessionId: string; kind: 'live-agent-typing' }>;
