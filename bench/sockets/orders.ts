import type { Quantiles } from '../../src/replay/latencies.ts';

/** What the parent tells the process of the end users to do. */
export type Order =
  | Readonly<{ kind: 'prepare'; url: string; key: string; agentId: string; sessions: number }>
  | Readonly<{ kind: 'miss' }>
  /** @param fresh whether the end users are new ones, who were never connected before. */
  | Readonly<{ kind: 'reconnect'; url: string; sessions: number; fresh: boolean }>
  | Readonly<{ kind: 'live' }>
  | Readonly<{ kind: 'verify'; sample: number }>
  | Readonly<{ kind: 'leave' }>;

export type Resumed = Readonly<{ ms: number; firstFrame: Quantiles; connections: number; cpuUs: number }>;

export type Verified = Readonly<{ clients: number; sampled: number; faults: readonly string[] }>;

export type Report =
  | Readonly<{ kind: 'done'; result: unknown }>
  | Readonly<{ kind: 'half' }>
  | Readonly<{ kind: 'failed'; error: string }>;
