import type { SessionEvent } from '../../../src/core/events.ts';
import type { Flow } from '../../../src/core/flow/flow.ts';
import type { Session } from '../../../src/core/session.ts';
import { countFlushes } from '../../../src/store/flushes.ts';
import type { CommitResult, SessionCommit, Store } from '../../../src/store/store.ts';
import type { DiskCall } from '../witness.ts';
import { type AgentRows, agentStore } from './agents.ts';
import { callReads, recordAttempts } from './calls.ts';
import { Journal } from './journal.ts';
import { callsIn, type Rows } from './rows.ts';
import { sessionReads, writeCommit } from './sessions.ts';
import { forgetUser, keepForUser, type UserRows, userReads } from './users.ts';

export type DiskStores = Pick<Store, 'sessions' | 'deliveries' | 'agents' | 'users'>;

export type DiskEvents = Readonly<{
  /** A commit of a session is there for good. */
  onDurable: (commit: Readonly<{ session: Session; events: readonly SessionEvent[] }>) => void;
  onPublished: (virtualAgentId: string, version: number, flow: Flow) => void;
}>;

/** The disk of a machine: it outlives the program, but for what was not flushed. */
export type Disk = {
  /** The stores of one run of the program. @param flush resolves when all that was written before is flushed. */
  open: (parts: Readonly<{ flush: () => Promise<void> }>) => DiskStores;
  /** Whether it refuses to be written. */
  refuse: boolean;
  /** How far it is written now. */
  mark: () => number;
  /** Everything up to a mark is there for good. */
  flushed: (mark: number) => void;
  /** How many writes a crash can take. */
  unflushed: () => number;
  /** @param keep how many of them survive. */
  crash: (keep: number) => void;
  calls: () => readonly DiskCall[];
};

class FullDiskError extends Error {
  readonly code = 'ERR_SQLITE_ERROR';
  readonly errcode = 13;
}

/**
 * As the embedded database: what is asked of it happens within the call, a transaction is taken whole or not at all, and
 * what was committed may be read at once, though a power cut takes it until it is flushed.
 */
export function createDisk({ onDurable, onPublished }: DiskEvents): Disk {
  const journal = new Journal();
  const rows: Rows = new Map();
  const agents: AgentRows = new Map();
  const users: UserRows = new Map();
  const disk: Disk = {
    refuse: false,
    mark: () => journal.mark(),
    flushed: (mark) => journal.flushed(mark),
    unflushed: () => journal.unflushed(),
    crash: (keep) => journal.crash(keep),
    calls: () => callsIn(rows, () => true),
    open: (parts) => {
      const { flush, flushed } = countFlushes(parts.flush);
      const refuse = (): void => {
        if (disk.refuse) throw new FullDiskError('database or disk is full');
      };
      const write = async (undo: () => void, durable: () => void): Promise<void> => {
        journal.add({ undo, durable });
        await flush();
      };
      return {
        sessions: {
          commitBatch: async (commits, at) => {
            refuse();
            const results = transaction(
              journal,
              (undo) => commits.map((one) => commit({ rows, users }, one, at, undo)),
              (done) => {
                for (const [index, one] of commits.entries()) if (done[index] === 'committed') onDurable(one);
              },
            );
            await flush();
            return results;
          },
          flushed,
          ...sessionReads(rows),
        },
        deliveries: {
          record: async (attempts) => {
            refuse();
            transaction(
              journal,
              (undo) => recordAttempts(rows, attempts, undo),
              () => {},
            );
          },
          flushed,
          ...callReads(rows),
        },
        agents: refusing(refuse, agentStore(agents, write, onPublished)),
        users: {
          ...userReads(users),
          forget: async (userId) => {
            refuse();
            const count = transaction(
              journal,
              (undo) => forgetUser(users, userId, undo),
              () => {},
            );
            await flush();
            return count;
          },
        },
      };
    },
  };
  return disk;
}

function commit(
  { rows, users }: Readonly<{ rows: Rows; users: UserRows }>,
  one: SessionCommit,
  at: number,
  undo: (back: () => void) => void,
): CommitResult {
  const result = writeCommit(rows, one, at, undo);
  if (result !== 'conflict') keepForUser(users, one, undo);
  return result;
}

/** What fails half-way is taken back at once. */
export function transaction<Result>(
  journal: Journal,
  work: (undo: (back: () => void) => void) => Result,
  durable: (result: Result) => void,
): Result {
  const backs: (() => void)[] = [];
  const undo = (): void => {
    for (const back of backs.reverse()) back();
  };
  try {
    const result = work((back) => backs.push(back));
    journal.add({ undo, durable: () => durable(result) });
    return result;
  } catch (error) {
    undo();
    throw error;
  }
}

function refusing(refuse: () => void, agents: DiskStores['agents']): DiskStores['agents'] {
  return {
    ...agents,
    publish: async (...about) => {
      refuse();
      return agents.publish(...about);
    },
    remove: async (id) => {
      refuse();
      return agents.remove(id);
    },
    addSecret: async (...about) => {
      refuse();
      return agents.addSecret(...about);
    },
    giveSecret: async (...about) => {
      refuse();
      return agents.giveSecret(...about);
    },
    keepTrial: async (...about) => {
      refuse();
      return agents.keepTrial(...about);
    },
    saveDraft: async (...about) => {
      refuse();
      return agents.saveDraft(...about);
    },
    removeDraft: async (...about) => {
      refuse();
      return agents.removeDraft(...about);
    },
  };
}
