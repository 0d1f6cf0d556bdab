import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { until } from '../../../tests/house/kit/until.ts';
import { systemClock } from '../../platform/clock.ts';
import { handClock } from '../../platform/hand-clock.ts';
import { newId, next, opening, say, start, talk } from '../kit.contract.ts';
import { StoreUnavailableError } from '../unavailable.ts';
import { openDatabase } from './database.ts';
import type { PostgresStore } from './postgres-store.ts';
import type { TestServer } from './server.contract.ts';

/** What is told while the database is away. */
export function outagesContract(server: () => TestServer, open: (url: string) => Promise<PostgresStore>): void {
  const back = (store: PostgresStore): Promise<unknown> =>
    until('the database answers again', () =>
      store.ping().then(
        () => true,
        () => false,
      ),
    );

  test('a restart under a waiting commit: it is made or refused, and what is told agrees with what is stored', async () => {
    const url = await server().newDatabase();
    const store = await open(url);
    const holder = new pg.Client({ connectionString: url });
    holder.on('error', () => {});
    try {
      const session = await talk(store, 'a');
      await holder.connect();
      await holder.query('BEGIN');
      await holder.query('SELECT 1 FROM sessions WHERE id = $1 FOR UPDATE', [session.id]);
      const commit = next(session, say('b'), 3000);
      const told = store.sessions.commitBatch([commit], 3000).then(
        (results) => results,
        (error: unknown) => error,
      );
      await until('the commit waits for a lock', async () => {
        const waiting = await server().ask(url, "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
        return waiting.length > 0;
      });
      await server().restart();
      const outcome = await told;
      await holder.end().catch(() => {});
      await back(store);
      const stored = await store.sessions.load(session.id);
      if (Array.isArray(outcome)) {
        // The lock was gone first, and the commit went through before its connection was.
        assert.deepEqual(outcome, ['committed']);
        assert.deepEqual(stored, commit.session);
      } else {
        assert.ok(outcome instanceof StoreUnavailableError, String(outcome));
        const again = await store.sessions.commitBatch([commit], 3000);
        assert.deepEqual(again, [stored?.version === session.version ? 'committed' : 'conflict'], 'made once at most');
      }
      assert.deepEqual(await store.sessions.load(session.id), commit.session);
    } finally {
      await store.close();
    }
  });

  test('restarts under load: all that was told committed is there, and nothing is there twice', async () => {
    const store = await open(await server().newDatabase());
    try {
      const sessions = await Promise.all(Array.from({ length: 8 }, () => talk(store)));
      let stopped = false;
      let refusals = 0;
      const talks = sessions.map(async (session) => {
        let known = session;
        for (let said = 0; !stopped; said += 1) {
          const commit = next(known, say(`${said}`), 3000);
          try {
            const [result] = await store.sessions.commitBatch([commit], 3000);
            // A commit whose answer was lost may have been made; then its session has moved on.
            if (result === 'committed') known = commit.session;
            else known = (await store.sessions.load(session.id)) ?? known;
          } catch (error) {
            assert.ok(error instanceof StoreUnavailableError, String(error));
            refusals += 1;
            await back(store);
          }
        }
        return known;
      });
      for (let restarts = 0; restarts < 2; restarts += 1) {
        await server().restart();
        await back(store);
      }
      await until('the restarts were noticed', () => refusals > 0);
      stopped = true;
      for (const known of await Promise.all(talks)) {
        const stored = await store.sessions.load(known.id);
        assert.ok(stored !== null && stored.version >= known.version, 'what was told is kept');
        const log = await store.sessions.readEvents(known.id, 0, -1);
        assert.deepEqual(
          log.map(({ seq }) => seq),
          Array.from({ length: stored.version }, (_, index) => index + 1),
        );
      }
    } finally {
      await store.close();
    }
  });

  test('while the database is away it is asked for seldom, and all are told at once', async () => {
    const clock = handClock(1_000_000);
    const database = openDatabase('postgres://nobody@127.0.0.1:1/none', { clock });
    const cause = async (): Promise<unknown> => {
      const error = await database.run('SELECT 1').then(
        () => null,
        (thrown: unknown) => thrown,
      );
      assert.ok(error instanceof StoreUnavailableError);
      return error.cause;
    };
    try {
      assert.ok((await cause()) instanceof Error, 'the first one tried');
      assert.equal(await cause(), undefined, 'the next one did not');
      clock.advance(50);
      assert.ok((await cause()) instanceof Error);
      clock.advance(50);
      assert.equal(await cause(), undefined, 'twice as long');
      clock.advance(2_000);
      const [one, two] = await Promise.all([cause(), cause()]);
      assert.ok(one instanceof Error && two === undefined, 'one of many tries');
    } finally {
      await database.close();
    }
  });

  test('a database that is asked more than its connections can carry is not taken for away', async () => {
    const url = await server().newDatabase();
    const database = openDatabase(url, { clock: systemClock(), connections: 1 });
    const holder = new pg.Client({ connectionString: url });
    try {
      await holder.connect();
      await holder.query('SELECT pg_advisory_lock(7)');
      const waits = database.run('SELECT pg_advisory_xact_lock(7)');
      await assert.rejects(database.run('SELECT 1'), StoreUnavailableError, 'no connection comes free');
      const next = database.run('SELECT 1 AS one');
      await holder.query('SELECT pg_advisory_unlock(7)');
      await waits;
      assert.deepEqual(await next, [{ one: 1 }]);
    } finally {
      await holder.end();
      await database.close();
    }
  });

  test('two processes at one session: one of them is told of a conflict, every time', async () => {
    const url = await server().newDatabase();
    const stores = [await open(url), await open(url)] as const;
    try {
      let session = await talk(stores[0]);
      for (let round = 0; round < 50; round += 1) {
        const commits = [next(session, say('one'), 3000), next(session, say('two'), 3000)] as const;
        const told = await Promise.all(
          stores.map((store, index) => store.sessions.commitBatch(commits.slice(index, index + 1), 3000)),
        );
        assert.deepEqual(told.flat().sort(), ['committed', 'conflict']);
        const winner = commits[told[0]?.[0] === 'committed' ? 0 : 1];
        assert.deepEqual(await stores[1].sessions.load(session.id), winner.session);
        session = winner.session;
      }
      const id = newId();
      const born = await Promise.all(stores.map((store) => store.sessions.commitBatch([opening(start(id))], 1)));
      assert.deepEqual(born.flat().sort(), ['committed', 'conflict'], 'a session is born once');
    } finally {
      for (const store of stores) await store.close();
    }
  });

  test('batches that want the same sessions in opposite orders are all answered', async () => {
    const url = await server().newDatabase();
    const stores = await Promise.all([open(url), open(url)]);
    try {
      let sessions = await Promise.all(Array.from({ length: 6 }, () => talk(stores[0] as PostgresStore)));
      for (let round = 0; round < 20; round += 1) {
        const batch = sessions.map((session) => next(session, say('x'), 3000));
        const [forth = [], back = []] = await Promise.all([
          stores[0]?.sessions.commitBatch(batch, 3000),
          stores[1]?.sessions.commitBatch(batch.toReversed(), 3000),
        ]);
        for (const [index, result] of forth.entries()) assert.notEqual(result, back.toReversed()[index]);
        sessions = batch.map(({ session }) => session);
      }
    } finally {
      for (const store of stores) await store.close();
    }
  });

  test('two processes note attempts of one call at once, and none is lost', async () => {
    const url = await server().newDatabase();
    const stores = await Promise.all([open(url), open(url)]);
    try {
      const session = await talk(stores[0] as PostgresStore, 'a');
      const [call] = (await stores[0]?.deliveries.readLane(session.id, 'h1', 1)) ?? [];
      assert.ok(call);
      const failed = { failure: 'busy', status: 503, excerpt: null } as const;
      for (let round = 1; round <= 5; round += 1) {
        const attempt = { ...call, attempts: round, at: round, state: 'owed', dueAt: 9, ...failed } as const;
        await Promise.all(stores.map((store) => store.deliveries.record([attempt])));
      }
      assert.equal((await stores[1]?.deliveries.attempts(call))?.length, 10);
    } finally {
      for (const store of stores) await store.close();
    }
  });
}
