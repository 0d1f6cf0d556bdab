import type { AgentStore } from '../../../src/store/agents.ts';
import type { SharedStore } from '../../../src/store/shared.ts';
import type { DeliveryStore, SessionStore } from '../../../src/store/store.ts';
import type { UserStore } from '../../../src/store/users.ts';
import { callReads, recordAttempts } from '../disk/calls.ts';
import { compare } from '../disk/order.ts';
import type { SessionRow } from '../disk/rows.ts';
import { sessionReads } from '../disk/sessions.ts';
import { forgetUser, keepForUser, userReads } from '../disk/users.ts';
import { writeShared } from './commit.ts';
import type { Database, Flush } from './database.ts';
import { findGone, giveUp, held, join, leave, nobody, release, renew, takeOver } from './instances.ts';

/** Carries a statement to the database and its answer back. */
export type Ask = <Result>(flush: Flush, what: string, statement: () => Result | Promise<Result>) => Promise<Result>;

export type SharedStores = Readonly<{
  sessions: SessionStore;
  deliveries: DeliveryStore;
  agents: AgentStore;
  users: UserStore;
  shared: SharedStore;
}>;

export type SharedParts = Readonly<{
  database: Database;
  ask: Ask;
  /** The clock of the database. */
  now: () => number;
  /** Whether another statement has locked a row, which is passed over then. */
  isLocked: () => boolean;
  happened: (what: string) => void;
}>;

/** How long a session that was found due is one instance's alone to wake. */
const claimedMs = 10_000;

/** The stores of one instance on a shared database: each call is one statement, as with PostgreSQL. */
export function sharedStores(parts: SharedParts): SharedStores {
  let self = nobody;
  /** Sessions that a newer program has written. */
  const unreadable = new Set<string>();
  const { database, ask } = parts;
  const reads = sessionReads(database.rows);
  const callStatements = callReads(database.rows);
  const read =
    <About extends readonly unknown[], Result>(what: string, statement: (...about: About) => Promise<Result>) =>
    (...about: About): Promise<Result> =>
      ask('reads', what, () => statement(...about));
  return {
    sessions: {
      commitBatch: commits(parts, () => self),
      flushed: async () => {},
      load: read('load', reads.load),
      readEvents: read('read the log', reads.readEvents),
      readMessages: read('read messages', reads.readMessages),
      readEvent: read('read an event', reads.readEvent),
      findAnswer: read('find an answer', reads.findAnswer),
      claimDue: claims(parts, unreadable),
      nextWakeAt: read('find the next wake-up', nextWake(parts, unreadable)),
    },
    deliveries: {
      record: (attempts) =>
        ask('later', 'record', () =>
          database.perform('later', (undo) => recordAttempts(database.rows, attempts, undo)),
        ),
      flushed: async () => {},
      readLane: read('read a lane', callStatements.readLane),
      owed: read('read what is owed', callStatements.owed),
      owedIn: read('read lanes', callStatements.owedIn),
      find: read('find a call', callStatements.find),
      attempts: read('read attempts', callStatements.attempts),
      open: read('read open calls', callStatements.open),
      debt: read('read the debt', callStatements.debt),
      list: read('list calls', callStatements.list),
      count: read('count calls', callStatements.count),
    },
    agents: agents(parts),
    users: {
      parameters: read('read what is kept of a user', userReads(database.users).parameters),
      forget: (userId) =>
        ask('flushed', 'forget a user', () =>
          database.perform('flushed', (undo) => forgetUser(database.users, userId, undo)),
        ),
    },
    shared: shared(parts, {
      unreadable,
      self: () => self,
      become: (id) => {
        self = id;
      },
    }),
  };
}

function commits({ database, ask, happened }: SharedParts, self: () => number): SessionStore['commitBatch'] {
  return async (batch, at) => {
    if (batch.length === 0) return [];
    const own = self();
    return ask('flushed', 'commit', () =>
      database.perform(
        'flushed',
        (undo) => {
          const results = batch.map((one) => writeShared(database.rows, one, at, own, undo));
          for (const [index, result] of results.entries()) {
            const one = batch[index];
            if (result !== 'conflict' && one !== undefined) keepForUser(database.users, one, undo);
            if (result === 'conflict') happened('conflict');
            else if (result !== 'committed' && result.caller !== own) happened('commit for another caller');
          }
          return results;
        },
        (results) => batch.filter((_, index) => results[index] !== 'conflict'),
      ),
    );
  };
}

/** The first after an instant, of sessions that this program can read. */
function nextWake({ database }: SharedParts, unreadable: ReadonlySet<string>): SessionStore['nextWakeAt'] {
  return async (after) => {
    const ats = [...database.rows.values()]
      .filter(({ id, wakeAt }) => wakeAt !== null && wakeAt > after && !unreadable.has(id))
      .map(({ wakeAt }) => Number(wakeAt));
    return ats.length === 0 ? null : ats.reduce((first, at) => Math.min(first, at));
  };
}

function claims(
  { database, ask, isLocked, happened }: SharedParts,
  unreadable: ReadonlySet<string>,
): SessionStore['claimDue'] {
  return (at, limit) =>
    ask('later', 'claim what is due', () =>
      database.perform('later', (undo) => {
        const due = [...database.rows.values()]
          .filter(({ id, wakeAt }) => wakeAt !== null && wakeAt <= at && !unreadable.has(id))
          .sort((one, other) => Number(one.wakeAt) - Number(other.wakeAt) || compare(one.id, other.id))
          .filter(() => !isLocked())
          .slice(0, limit);
        for (const row of due) {
          const old = row.wakeAt;
          undo(() => {
            row.wakeAt = old;
          });
          row.wakeAt = at + claimedMs;
        }
        if (due.length > 0) happened('wake-up claimed');
        return due.map(({ id }) => id);
      }),
    );
}

const agentWrites: ReadonlySet<string> = new Set<keyof AgentStore>([
  ...(['publish', 'remove', 'addSecret', 'giveSecret', 'keepTrial', 'saveDraft', 'removeDraft'] as const),
]);

function agents({ database, ask }: SharedParts): AgentStore {
  const all = database.agentStatements();
  const told = Object.entries(all).map(([name, statement]) => {
    const flush = agentWrites.has(name) ? 'flushed' : 'reads';
    const asks = (...about: unknown[]): Promise<unknown> =>
      ask(flush, `${name} of virtual agents`, () => (statement as (...about: unknown[]) => Promise<unknown>)(...about));
    return [name, asks] as const;
  });
  return Object.fromEntries(told) as unknown as AgentStore;
}

type Self = Readonly<{ self: () => number; become: (id: number) => void; unreadable: Set<string> }>;

function shared(
  { database, ask, now, isLocked, happened }: SharedParts,
  { self, become, unreadable }: Self,
): SharedStore {
  const { rows, instances } = database;
  const takes = (_: SessionRow): boolean => !isLocked();
  return {
    self,
    now: () => ask('reads', 'tell the time', now),
    join: async (leaseMs) => {
      const id = await ask('flushed', 'join', () =>
        database.perform('flushed', (undo) => join(instances, now() + leaseMs, undo)),
      );
      become(id);
      return id;
    },
    renew: (leaseMs) => {
      const own = self();
      return ask('later', 'renew', () =>
        database.perform('later', (undo) => renew(instances, own, now() + leaseMs, undo)),
      );
    },
    leave: () => {
      const own = self();
      return ask('flushed', 'leave', () => database.perform('flushed', (undo) => leave(instances, own, undo)));
    },
    takeOver: async (limit, alsoLate) => {
      const own = self();
      const gone = await ask('later', 'find who is gone', () =>
        database.perform('later', (undo) => findGone(instances, own, alsoLate ? now() : null, undo)),
      );
      const may = (row: SessionRow): boolean => !unreadable.has(row.id) && takes(row);
      return ask('later', 'take over', () =>
        database.perform('later', (undo) => {
          const taken = takeOver(rows, own, { gone, limit, takes: may }, undo);
          if (taken.length > 0) happened('takeover');
          return taken;
        }),
      );
    },
    held: () => {
      const own = self();
      return ask('reads', 'read what is held', () => held(rows, own));
    },
    release: (sessions) => {
      const own = self();
      return ask('later', 'release', () =>
        database.perform('later', (undo) => {
          const freed = release(rows, own, sessions, takes, undo);
          if (freed.length > 0) happened('release');
          if (freed.length < sessions.length) happened('release refused');
          return freed;
        }),
      );
    },
    giveUp: (ids) => {
      for (const id of ids) unreadable.add(id);
      const own = self();
      return ask('flushed', 'give up', () => database.perform('flushed', (undo) => giveUp(rows, own, ids, undo)));
    },
    versions: (ids) =>
      ask(
        'reads',
        'read versions',
        () => new Map(ids.flatMap((id) => (rows.has(id) ? [[id, Number(rows.get(id)?.version)]] : []))),
      ),
    tidy: async () => {},
    alone: (_, work) => work(),
    keepSecret: async (secret) => secret,
  };
}
