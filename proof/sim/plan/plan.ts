import type { Flow } from '../../../src/core/flow/flow.ts';
import type { NodesPlan } from './nodes.ts';

/*
 * All that a simulation will try, as data: whoever shrinks a failing one leaves out what it does not need. Times are in
 * ms; `at` counts from the beginning, `afterMs` from what came before.
 */

export type Plan = Readonly<{
  seed: string;
  /** When people stop; afterwards all is well, and what is owed arrives. */
  untilMs: number;
  sessionLifeMs: number;
  network: NetworkPlan;
  disk: Readonly<{ flushMs: number }>;
  virtualAgents: readonly Readonly<{ id: string; flow: Flow }>[];
  users: readonly UserPlan[];
  desks: readonly DeskPlan[];
  operator: readonly OperatorAct[];
  troubles: readonly Trouble[];
  /** Several instances on one database, in the place of one on its own disk. */
  nodes?: NodesPlan;
}>;

/** Shares are of one. */
export type NetworkPlan = Readonly<{
  latencyMs: number;
  /** Requests that never arrive, and answers that never come back. */
  lost: number;
  answersLost: number;
  /** Requests that arrive once more, later. */
  repeated: number;
  /** How long a connection of an end user lives before it breaks, on average; null for ever. */
  breaksAfterMs: number | null;
  /** Connections on which bytes crawl. */
  narrow: number;
}>;

export type UserPlan = Readonly<{
  name: string;
  /** Who they are to the business that opens their session: the same person may come twice. Their name where it is left out. */
  person?: string;
  at: number;
  virtualAgent: string;
  /** A business opens the session for them, or they came to the chat page. */
  door: 'init' | 'chat';
  tabs: number;
  /** Shares of what is received and read that is told. */
  receives: number;
  reads: number;
  acts: readonly UserAct[];
}>;

export type UserAct = Readonly<{ afterMs: number }> &
  (
    | Readonly<{ kind: 'say'; tab: number; text: string; twice: 'no' | 'same tab' | 'other tab' }>
    | Readonly<{
        kind: 'step';
        input: string | null;
        parameters: readonly Readonly<{ name: string; value: string | string[] }>[];
      }>
    | Readonly<{ kind: 'parameters'; tab: number; name: string; value: string }>
    | Readonly<{ kind: 'open' | 'close' | 'break' | 'typing' | 'ping' | 'nonsense' | 'leave'; tab: number }>
    /** Writes so many messages at once: more than a lane or a reader's line holds. */
    | Readonly<{ kind: 'flood'; tab: number; count: number }>
    /** Claims to have read what does not exist. */
    | Readonly<{ kind: 'read ahead'; tab: number }>
    | Readonly<{ kind: 'open anew'; tab: number }>
  );

export type DeskPlan = Readonly<{
  url: string;
  manners: Manners;
  outages: readonly Readonly<{ at: number; forMs: number; how: 'refuses' | 'swallows' }>[];
  /** Handoffs that it answers as queued. */
  queues: number;
  /** What its people do with the first, second, … handoff. */
  scripts: readonly Script[];
}>;

/** Shares of calls; what is left is answered at once with 200. */
export type Manners = Readonly<{
  slow: number;
  /** Taken in, and answered when nobody waits any more. */
  late: number;
  /** Taken in, and the answer is lost. */
  answerLost: number;
  /** Never arrives. */
  lost: number;
  /** Arrives after it was given up. */
  straggles: number;
  /** Answered with an error that passes, with or without Retry-After, or with one that is for good. */
  errors: number;
  refusals: number;
  /** Some errors are answered to one session only, over and over, for so long. */
  grudgeMs: number;
}>;

export type Script = Readonly<{
  /** How many of the end user's messages are answered, and how fast. */
  answers: number;
  answerMs: number;
  /** Several people at once, each with acts of their own. */
  people: readonly (readonly PersonAct[])[];
}>;

export type PersonAct = Readonly<{
  afterMs: number;
  kind: 'outbound' | 'disconnect' | 'assign' | 'typing';
  /** The epoch that it names. */
  epoch: 'own' | 'none' | 'former' | 'later';
  /** Whether it bears an `Idempotency-Key`. */
  keyed: boolean;
  /** Done a second time, at once or much later, under the same key if there is one. */
  again: 'no' | 'at once' | 'later' | 'changed';
}>;

export type OperatorAct = Readonly<{ at: number }> &
  (
    | Readonly<{ kind: 'replay' | 'skip dead' | 'skip owed' }>
    | Readonly<{ kind: 'rotate' | 'delete'; virtualAgent: string }>
    | Readonly<{ kind: 'publish'; virtualAgent: string; flow: Flow }>
  );

export type Trouble = Readonly<{ at: number }> &
  /** The program ends after so many more of its steps. `keeps` is the share of what was not flushed that survives. */
  (
    | Readonly<{ kind: 'kill' | 'power cut'; steps: number; keeps: number; downMs: number; leapMs: number }>
    | Readonly<{ kind: 'restart'; downMs: number; leapMs: number }>
    /** The wall clock is set while the program runs. */
    | Readonly<{ kind: 'leap'; ms: number }>
    | Readonly<{ kind: 'disk full'; forMs: number }>
  );
