import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { systemClock } from '../../platform/clock.ts';
import { next, say, talk } from '../kit.contract.ts';
import { SchemaError } from '../migrate.ts';
import { storeContract } from '../store.contract.ts';
import { isStoreUnavailable, StoreUnavailableError } from '../unavailable.ts';
import { commitContract } from './commit.contract.ts';
import { openDatabase } from './database.ts';
import { daysContract } from './days.contract.ts';
import { instancesContract } from './instances.contract.ts';
import { migrate } from './migrate.ts';
import { outagesContract } from './outages.contract.ts';
import { plansContract } from './plans.contract.ts';
import { openPostgresStore, type PostgresStore } from './postgres-store.ts';
import { dumpSchema } from './schema.contract.ts';
import { startTestServer, type TestServer } from './server.contract.ts';
import { type SpareSchemas, spareSchemas } from './spare-schemas.contract.ts';

let started: TestServer | undefined;
before(async () => {
  started = await startTestServer();
});
after(async () => {
  await started?.stop();
});

const server = (): TestServer => {
  if (started === undefined) throw new Error('The test server is not started.');
  return started;
};
const newDatabase = (): Promise<string> => server().newDatabase();
const at = Date.UTC(2026, 10, 25, 12);
const open = (url: string): Promise<PostgresStore> => openPostgresStore(url, at);
let spares: SpareSchemas | undefined;
/** Which tables there are is no matter to those who ask for this one. */
const openNew = async (): Promise<PostgresStore> => {
  spares ??= spareSchemas(newDatabase);
  const { take, giveBack } = spares;
  const url = await take();
  const store = await open(url);
  return { ...store, close: () => store.close().then(() => giveBack(url)) };
};

storeContract(openNew);
commitContract(openNew);
daysContract(newDatabase, open, (url, text) => server().ask(url, text));
plansContract(newDatabase, open);
outagesContract(server, open);
instancesContract(server, open);

test('the schema is the one that was looked at (UPDATE_SCHEMA=1 writes it anew)', async () => {
  const dump = new URL('./schema.sql', import.meta.url);
  const url = await newDatabase();
  const database = openDatabase(url, { clock: systemClock() });
  await migrate(database, 1);
  await database.close();
  const schema = await dumpSchema((text) => server().ask(url, text));
  if (process.env.UPDATE_SCHEMA === '1') writeFileSync(dump, schema);
  assert.equal(readFileSync(dump, 'utf8'), schema);
});

test('an older program refuses what a newer one broke, says what to do, and works with what it only added', async () => {
  const url = await newDatabase();
  await (await open(url)).close();
  await server().ask(url, "INSERT INTO migrations VALUES (9998, '9998-added.sql', false, 1)");
  await (await open(url)).close();
  await server().ask(url, "INSERT INTO migrations VALUES (9999, '9999-future.breaking.sql', true, 1)");
  await assert.rejects(open(url), (error) => error instanceof SchemaError && /9999-future/.test(error.message));
});

test('twenty installers race, and each migration runs once', async () => {
  const url = await newDatabase();
  const databases = Array.from({ length: 20 }, () => openDatabase(url, { clock: systemClock(), connections: 1 }));
  const ran = await Promise.all(databases.map((database) => migrate(database, 1)));
  await Promise.all(databases.map((database) => database.close()));
  const [row] = await server().ask(url, 'SELECT COUNT(*)::integer AS count FROM migrations');
  assert.equal(ran.flat().length, row?.count);
});

test('without prepared statements everything works too', async () => {
  const url = await newDatabase();
  const store = await openPostgresStore(url, at, { prepare: false });
  try {
    const session = await talk(store, 'a', 'b');
    assert.deepEqual(await store.sessions.load(session.id), session);
    assert.equal((await store.deliveries.readLane(session.id, 'h1', 9)).length, 3);
  } finally {
    await store.close();
  }
});

test('a commit is flushed, whatever the default of the database is', async () => {
  const url = await server().newDatabase('-c synchronous_commit=off');
  const store = await open(url);
  try {
    const session = await talk(store, 'a');
    const [before] = await server().ask(url, 'SELECT pg_current_wal_insert_lsn() AS written');
    await store.sessions.commitBatch([next(session, say('b'), 3000)], 3000);
    const text = 'SELECT pg_current_wal_flush_lsn() > $1::pg_lsn AS flushed';
    const [row] = await server().ask(url, text, [before?.written]);
    assert.equal(row?.flushed, true);
  } finally {
    await store.close();
  }
});

test('both engines say by one error that they do not answer, and no other error is taken for it', async () => {
  await assert.rejects(open('postgres://nobody@127.0.0.1:1/none'), StoreUnavailableError);
  assert.ok(isStoreUnavailable(new StoreUnavailableError('away')));
  assert.ok(isStoreUnavailable(Object.assign(new Error('full'), { code: 'ERR_SQLITE_ERROR' })));
  assert.ok(!isStoreUnavailable(new TypeError('wrong')));
});

test('text that is no id of a session is nobody, and no error', async () => {
  const store = await openNew();
  try {
    const ref = { sessionId: "x' OR 1", lane: 's', seq: 1, part: 0 };
    assert.equal(await store.sessions.load(ref.sessionId), null);
    assert.equal(await store.deliveries.find(ref), null);
    assert.deepEqual(await store.deliveries.list({ limit: 1, after: ref }), []);
    assert.equal(await store.sessions.load('ffffffff-ffff-7fff-8fff-ffffffffffff'), null);
  } finally {
    await store.close();
  }
});
