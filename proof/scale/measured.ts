/*
 * All that the arithmetic rests on. What is measured anew is replaced here, and nowhere else. `npm run scale` prints it.
 * CPU times are of an AMD EPYC with 2 cores. "Busy" says that others computed on the machine meanwhile, which makes CPU
 * times up to twice as long.
 */

export type Input = Readonly<{ value: number; unit: string; where: string }>;

const of = (value: number, unit: string, where: string): Input => ({ value, unit, where });

const relay = 'bench/README.md, a run';
const sockets = 'bench/README.md, ten thousand sockets';
const engines = 'first estimate: bench:engines, 4,806 messages, 2 nodes, busy';
const estimate = 'first estimate: node proof/scale/estimate.ts, busy';
const citus = 'Citus 13.2.2 on PostgreSQL 15, a coordinator and 2 workers on one busy machine, 32 shards, 7 days';

export const measured = {
  messagesPerConversation: of(12, 'messages', `${relay}: 4,738 in 399 dialogues`),
  commitsPerMessage: of(1.3, 'commits', engines),
  nodeMessageUs: of(850, 'µs', engines),
  databaseMessageUs: of(384, 'µs', engines),
  databaseMessageBatch: of(23, 'commits', `${engines}: the batches to which the line above belongs`),
  commitBatchUs: of(300, 'µs', `${estimate}: what a batch costs, besides`),
  commitUs: of(48, 'µs', `${estimate}: what each commit of it costs`),
  logBytes: of(1_700, 'B a message', engines),
  conversationBytes: of(11_500, 'B', `${estimate}: tables and indexes`),
  socketBytes: of(23_800, 'B', sockets),
  resumeUs: of(587, 'µs', `${sockets}: CPU of the server for one that comes back`),
  nodeBytes: of(304_000_000, 'B', `${engines}: one node, 200 conversations`),
  socketsTried: of(10_000, 'sockets', `${sockets}: no process has had more`),
  hintUs: of(1.63, 'µs', `${estimate}: a hint that is heard, decoded`),
  notifyUs: of(30, 'µs', estimate),
  notifyListenerUs: of(19, 'µs', `${estimate}: of PostgreSQL, for each that listens`),
  lookDatabaseUs: of(1.7, 'µs a session', `${estimate}: versions`),
  lookNodeUs: of(1.9, 'µs a session', `${estimate}: versions`),
  dueUs: of(80, 'µs a day that is kept', `${estimate}: due and next, 14 days`),
  dueRoundMs: of(3.7, 'ms', `${estimate}: due and next, 14 days`),
  takeOverUs: of(55, 'µs a session', estimate),
  takeOverMs: of(140, 'ms', `${estimate}: 500 sessions taken over, and what they are owed read`),
  citusBatchUs: of(76_000, 'µs', `${citus}: the commit as it is, a batch`),
  citusCommitUs: of(700, 'µs', `${citus}: each commit of it`),
} as const satisfies Record<string, Input>;

/** What nobody can measure here: how people behave, and which machines are bought. */
export const assumed = {
  peakFactor: of(2.5, '', 'the busiest minute of a day over its mean'),
  lengthSigma: of(1, '', 'of the logarithm of messages in a conversation: one in a hundred has 75 or more'),
  mostMessages: of(500, 'messages', 'in one conversation'),
  openSeconds: of(600, 's', 'for which a page is open'),
  heldSeconds: of(240, 's', 'for which calls to a desk go on, and a minute until it is let go of'),
  resumesPerConversation: of(1, '', 'connections lost on the way'),
  wakesPerConversation: of(2, '', 'deadlines that pass'),
  pingUs: of(15, 'µs', 'a ping and its answer, every 30 s'),
  retentionDays: of(7, 'days', 'BATON_RETENTION_DAYS'),
  roundTripMs: of(1, 'ms', 'to a database nearby, its flush included'),
  failoverSeconds: of(30, 's', 'until a synchronous standby has taken over'),
  instanceCores: of(1, 'core', 'of an instance: what its main thread can use'),
  instanceBytes: of(4e9, 'B', 'of an instance'),
  databaseCores: of(32, 'cores', 'of a database machine'),
  databaseBytes: of(8e12, 'B', 'of its disk'),
  databaseLogRate: of(300e6, 'B/s', 'of log that it and its standby write for hours'),
  databaseConnections: of(500, '', 'without a pooler'),
} as const satisfies Record<string, Input>;

export type Inputs = { [name in keyof typeof measured | keyof typeof assumed]: number };

export const inputs: Inputs = Object.fromEntries(
  Object.entries({ ...measured, ...assumed }).map(([name, { value }]) => [name, value]),
) as Inputs;

/** As the program has them. */
export const built = {
  connections: 7,
  watchLookSeconds: 4,
  heldLookSeconds: 6,
  leaseSeconds: 8,
  roundSeconds: 2,
  takenAtOnce: 500,
  claimedSeconds: 10,
  pollSeconds: 1,
  pingSeconds: 30,
  daysAhead: 3,
} as const;

export const limits = {
  instanceCpu: 0.7,
  instanceMemory: 0.8,
  socketsPerInstance: 30_000,
  databaseCpu: 0.6,
  databaseHints: 0.1,
  databaseWakes: 0.1,
  commitMs: 50,
  databaseDisk: 0.8,
  databaseLog: 0.8,
  databaseConnections: 0.9,
  shardImbalance: 1.1,
  databaseImbalance: 1.1,
  socketImbalance: 1.1,
  movesInUpgrade: 2,
  secondsToResume: 30,
  secondsToTakeOver: 60,
  clockLateSeconds: 15,
  backlogSeconds: 60,
} as const;
