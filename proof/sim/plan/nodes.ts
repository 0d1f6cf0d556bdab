/** What a plan says of several instances on one database. */
export type NodesPlan = Readonly<{
  instances: readonly InstancePlan[];
  database: DatabasePlan;
  hints: HintPlan;
  troubles: readonly NodeTrouble[];
}>;

export type InstancePlan = Readonly<{
  /** By how much its own clock is off, ms, and by how much it gains on every second. */
  skewMs: number;
  driftMs: number;
}>;

/** Shares are of one. */
export type DatabasePlan = Readonly<{
  latencyMs: number;
  flushMs: number;
  /** Statements that take up to `slowMs` more, each way. */
  slow: number;
  slowMs: number;
  /** Statements that never arrive, and those whose answer does not come back. */
  lostBefore: number;
  lostAfter: number;
}>;

export type HintPlan = Readonly<{ delayMs: number; lost: number; repeated: number }>;

export type NodeTrouble = Readonly<{ at: number }> &
  /** `instance` counts from 0. */
  (
    | Readonly<{ kind: 'kill'; instance: number; steps: number; isPowerCut: boolean; downMs: number }>
    | Readonly<{ kind: 'stop'; instance: number; downMs: number }>
    | Readonly<{ kind: 'pause'; instance: number; steps: number; forMs: number }>
    | Readonly<{ kind: 'cut'; instance: number; steps: number; forMs: number; how: 'refused' | 'silent' }>
    | Readonly<{ kind: 'database down'; steps: number; keeps: number; forMs: number }>
    | Readonly<{ kind: 'hints dead'; forMs: number; told: boolean }>
  );
