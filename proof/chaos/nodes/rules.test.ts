import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { next, say, talk } from '../../../src/store/kit.contract.ts';
import { openPostgresStore } from '../../../src/store/postgres/postgres-store.ts';
import { startTestServer, type TestServer } from '../../../src/store/postgres/server.contract.ts';
import { brokenIn, type When } from './rules.ts';

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.stop());

/** Wounds to a database in which a session owes a call, and what is said of them. */
const wounds: readonly (readonly [sql: string, when: When, said: RegExp])[] = [
  ['UPDATE sessions SET caller = NULL', 'ever', /in a session that nobody holds/],
  ['SELECT 1', 'in the end', /is still owed/],
  ['DELETE FROM events WHERE seq = 2', 'in the end', /has holes/],
  ['DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)', 'in the end', /another end than its version/],
  ['UPDATE sessions SET wake_at = 1000', 'in the end', /has not come/],
];

for (const [sql, when, said] of wounds) {
  test(`a database that is hurt is found out: ${sql}`, async () => {
    const url = await server.newDatabase();
    const store = await openPostgresStore(url, 1000);
    try {
      await store.shared.join(60_000);
      const session = await talk(store, 'a');
      await store.sessions.commitBatch([next(session, say('b'), 3000)], 3000);
      const ask = (text: string) => server.ask(url, text);
      assert.deepEqual(await brokenIn(ask, 'ever'), []);
      await ask(sql);
      const troubles = await brokenIn(ask, when);
      assert.ok(
        troubles.some(({ what }) => said.test(what)),
        JSON.stringify(troubles),
      );
    } finally {
      await store.close();
    }
  });
}
