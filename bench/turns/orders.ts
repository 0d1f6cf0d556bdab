import type { Quantiles } from '../../src/replay/latencies.ts';

/** What the parent tells a driver to do. */
export type Order =
  /** Opens a desk. @returns its address. */
  | Readonly<{ kind: 'open-desk' }>
  /** Opens sessions that are handed over to the desk. */
  | Readonly<{ kind: 'open-relay'; url: string; agent: string; sessions: number }>
  /** Opens sessions that talk with virtual agents, as many with each. */
  | Readonly<{ kind: 'open-talks'; url: string; agents: readonly string[]; sessions: number }>
  /** @returns the nodes that a turn enters. */
  | Readonly<{ kind: 'list-nodes' }>
  /** All sessions at once, each message when the one before has arrived. */
  | Readonly<{ kind: 'relay'; each: number }>
  | Readonly<{ kind: 'take-turns'; each: number }>
  /** Messages at fixed instants, whatever becomes of those before. */
  | Readonly<{ kind: 'relay-steadily'; perSecond: number; ms: number }>
  /** All sessions take turns and think between them, until told to end. */
  | Readonly<{ kind: 'begin-crowd'; thinkMs: readonly [from: number, to: number]; oddOneIn: number }>
  | Readonly<{ kind: 'end-crowd' }>
  | Readonly<{ kind: 'close' }>;

export type Report = Readonly<{ kind: 'done'; result: unknown }> | Readonly<{ kind: 'failed'; error: string }>;

/** Of relaying as of turns: how many there were and how long each took, to its answer or its arrival. */
export type Taken = Readonly<{ count: number; ms: number; took: Quantiles; cpuUs: number }>;

export type Steady = Readonly<{
  count: number;
  /** From the instant at which a message was due to its arrival. */
  took: Quantiles;
  /** From that instant to the call, which is the driver's own lateness. */
  late: Quantiles;
}>;

export type Crowd = Readonly<{
  /** Turns a second. */
  perSecond: number;
  took: Quantiles;
  /** Turns in which ordinary code, or an ordinary webhook, took *failed*. */
  codeFailed: number;
  webhookFailed: number;
}>;
