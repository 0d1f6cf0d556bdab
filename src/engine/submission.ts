import type { Command, Refusal } from '../core/commands.ts';
import type { SessionEvent } from '../core/events.ts';
import type { DeskEndpoints } from '../core/flow/trial.ts';
import type { Owner, Session } from '../core/session.ts';
import type { Understanding } from '../core/understanding.ts';
import type { Clock } from '../platform/clock.ts';
import type { Feed } from '../platform/feed.ts';
import type { Log } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import type { AgentStore } from '../store/agents.ts';
import type { Hints } from '../store/hints/hints.ts';
import type { SharedStore } from '../store/shared.ts';
import type { SessionStore } from '../store/store.ts';
import type { UserStore } from '../store/users.ts';
import type { Change } from './changes.ts';
import type { FlowCache } from './flows.ts';
import type { RateLimiter } from './rate.ts';
import type { SessionCache } from './session-cache.ts';

/** A repeat of a desk's call under the same key gets the same answer. End users' messages bear ids of their own. */
export type Idempotency = Readonly<{ key: string; fingerprint: string }>;

export type Submitted =
  | Readonly<{
      kind: 'done';
      session: Session;
      /** The events that this command caused; none when it repeats an earlier one. */
      events: readonly SessionEvent[];
      seq: number | null;
      /** Null also for an end user's message that was sent again: they know it by their own id. */
      messageId: string | null;
      /** Who owned the session when it was done. */
      owner: Owner;
    }>
  | Readonly<{ kind: 'refused'; refusal: Refusal }>
  | Readonly<{ kind: 'not-found' }>
  | Readonly<{ kind: 'key-reused' }>
  | Readonly<{ kind: 'limited'; retryAfterMs: number }>
  | Readonly<{ kind: 'overloaded' }>
  | Readonly<{ kind: 'stopping' }>
  /** The database did not confirm it. The embedded one changed nothing; a shared one may have taken it. */
  | Readonly<{ kind: 'unavailable' }>
  /** A newer program has written the session; this one leaves it to that. */
  | Readonly<{ kind: 'newer' }>;

export type EngineParts = Readonly<{
  sessions: SessionStore;
  agents: AgentStore;
  users: UserStore;
  clock: Clock;
  random: Random;
  log: Log;
  settings: EngineSettings;
  /** Reads what people say. */
  understanding: Understanding;
  /** Where the calls of trials go whose live agent is the tester. */
  trialDesk: () => DeskEndpoints;
  /** What several instances on one database need; null where this process is alone. */
  neighbourhood: Neighbourhood | null;
}>;

export type Neighbourhood = Readonly<{ store: SharedStore; hints: Hints }>;

export type EngineSettings = Readonly<{
  /** How long a session lives, ms. */
  sessionLifeMs: number;
  /** Messages a second of one session, both ways, and how many may come at once. */
  messagesPerSecond: number;
  messageBurst: number;
  /** Commands that may wait for their transaction before new ones are refused. */
  longestQueue: number;
}>;

export type Submission = Readonly<{ sessionId: string; command: Command; idempotency?: Idempotency }>;

export type Waiting = Submission & Readonly<{ resolve: (result: Submitted) => void; reject: (error: unknown) => void }>;

export type CommitterParts = EngineParts &
  Readonly<{
    cache: SessionCache;
    flows: FlowCache;
    hub: Feed<Change>;
    limiter: RateLimiter;
    scheduled: (at: number) => void;
  }>;
