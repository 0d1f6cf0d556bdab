// The simulation is worth what its disk is: it must answer as the database does, and forget as a power cut makes it forget.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openSqlite } from '../../../src/platform/sqlite.ts';
import { countFlushes } from '../../../src/store/flushes.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { sqliteAgents } from '../../../src/store/sqlite/sqlite-agents.ts';
import { sqliteDeliveries } from '../../../src/store/sqlite/sqlite-deliveries.ts';
import { sqliteSessions } from '../../../src/store/sqlite/sqlite-sessions.ts';
import { sqliteUsers } from '../../../src/store/sqlite/sqlite-users.ts';
import { createDisk, type Disk, type DiskStores } from './disk.ts';
import { contents } from './kit/contents.ts';
import { type Write, write, writes } from './kit/writes.ts';

const nobody = { onDurable: () => {}, onPublished: () => {} };
const open = (disk: Disk): DiskStores => disk.open({ flush: async () => {} });

/** Time enough for all runs many times over; what fails is not made smaller for longer than that. */
const limits = { numRuns: 40, interruptAfterTimeLimit: 90_000, markInterruptAsFailure: true } as const;

/** The database, in memory: what it does when the power is cut is not its part here. */
function openDatabase(): Readonly<{ stores: DiskStores; close: () => void }> {
  const database = openSqlite(':memory:');
  migrate(database, 1);
  const flushes = countFlushes(async () => {});
  const stores = {
    sessions: sqliteSessions(database, flushes),
    deliveries: sqliteDeliveries(database, flushes.flushed),
    agents: sqliteAgents(database, flushes.flush),
    users: sqliteUsers(database, flushes.flush),
  };
  return { stores, close: () => database.close() };
}

test('whatever is written, the disk answers as the database does', async () => {
  await fc.assert(
    fc.asyncProperty(writes, async (all) => {
      const database = openDatabase();
      const stores = open(createDisk(nobody));
      try {
        assert.deepEqual(await write(stores, all), await write(database.stores, all));
        assert.deepEqual(await contents(stores), await contents(database.stores));
      } finally {
        database.close();
      }
    }),
    limits,
  );
});

/** The first writes of all, until the journal stands where it should. */
async function writeUntil(disk: Disk, all: readonly Write[], mark: number): Promise<void> {
  let done = 0;
  while (disk.mark() < mark) {
    done += 1;
    await write(open(disk), all.slice(done - 1, done), momentBefore(all, done - 1));
  }
}

const momentBefore = (all: readonly Write[], done: number): Readonly<{ at: number; number: number }> => ({
  at: all.slice(0, done).reduce((at, { waitMs }) => at + waitMs, 1_000),
  number: done,
});

test('after a crash the disk is as if the writes it lost had never been, and goes on as if', async () => {
  const crash = fc.record({ flushed: fc.nat(60), keep: fc.nat(60) });
  await fc.assert(
    fc.asyncProperty(writes, writes, crash, async (before, after, { flushed, keep }) => {
      const disk = createDisk(nobody);
      await write(open(disk), before);
      disk.flushed(Math.min(flushed, disk.mark()));
      disk.crash(Math.min(keep, disk.unflushed()));
      assert.equal(disk.unflushed(), 0);
      const fresh = createDisk(nobody);
      await writeUntil(fresh, before, disk.mark());
      assert.deepEqual(await contents(open(disk)), await contents(open(fresh)));
      const then = momentBefore(before, before.length);
      assert.deepEqual(await write(open(disk), after, then), await write(open(fresh), after, then));
      assert.deepEqual(await contents(open(disk)), await contents(open(fresh)));
    }),
    limits,
  );
});
