// The data folder of one machine goes into a PostgreSQL: `baton move`.
import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import pg from 'pg';
import { openPostgresStore, type PostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { startTestServer, type TestServer } from '../../src/store/postgres/server.contract.ts';
import { connectTalk, houseFor } from '../house/kit/house.ts';
import { baton, batonDone, folderFor, printed, serving } from './kit/program.ts';

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(async () => {
  await server.stop();
});

async function opened(t: TestContext, url: string): Promise<PostgresStore> {
  const store = await openPostgresStore(url, Date.now());
  t.after(() => store.close());
  return store;
}

/** A folder with two keys, of a server that is not running. */
async function folderWithKeys(t: TestContext): Promise<string> {
  const data = folderFor(t);
  await batonDone(t, ['keys', 'add', 'first', '--scopes', 'manage'], { BATON_DATA: data });
  await batonDone(t, ['keys', 'add', 'second', '--scopes', 'init'], { BATON_DATA: data });
  return data;
}

test('what a server did goes over whole, with what it owed; the folder stays as it was', async (t) => {
  const house = await houseFor(t);
  const talk = await connectTalk(house);
  house.desk.behave = () => ({ status: 503 });
  talk.user.say('owed');
  await house.until('the desk refused', () => house.desk.of('inbound', talk.id).length > 0);
  const url = await server.newDatabase();
  const environment = { BATON_DATA: house.folder, DATABASE_URL: url };
  const early = baton(t, ['move'], environment);
  assert.equal(await early.ended, 1);
  assert.match(early.errors(), /The data folder .* is in use by another Baton; stop that one/);
  assert.deepEqual(await server.ask(url, "SELECT to_regclass('events') AS events"), [{ events: null }]);
  await house.stop();
  const said = await batonDone(t, ['move'], environment);
  assert.match(said, /^events: (\d+) of \1 copied$/m);
  assert.match(said, /^events +\d+ +[0-9a-f]{64}$/m);
  assert.match(said, /Copied and compared in .* s; logs folded from their beginning: 1\./);
  assert.match(said, /Next: set DATABASE_URL to .* and start the servers/);
  assert.doesNotMatch(said, /postgres:test@/, 'the password is not shown');
  const store = await opened(t, url);
  assert.equal((await store.sessions.load(talk.id))?.id, talk.id);
  assert.equal((await store.deliveries.readLane(talk.id, 'h1', 9)).at(-1)?.kind, 'inbound');
  const [first] = house.desk.of('inbound', talk.id);
  const before = house.desk.calls.length;
  house.desk.behave = () => ({ status: 200, body: '{}' });
  await house.start({ DATABASE_URL: url });
  await house.until('a server on the copy makes the call', () => house.desk.calls.length > before);
  assert.equal(house.desk.calls[before]?.id, first?.id, 'under its old id');
  await house.stop();
  await house.start();
  await house.until('the folder owes it still', () => house.desk.calls.length > before + 1);
});

test('the secret beside the data goes along, unless BATON_SECRET is set', async (t) => {
  const data = folderFor(t);
  const started = baton(t, ['start'], { BATON_DATA: data });
  await serving(started);
  started.child.kill('SIGTERM');
  await started.ended;
  const kept = readFileSync(join(data, 'secret'), 'utf8').trim();
  const secretOf = async (environment: Record<string, string>, form: RegExp): Promise<unknown> => {
    const url = await server.newDatabase();
    assert.match(await batonDone(t, ['move', '--to', url], { BATON_DATA: data, ...environment }), form);
    return (await server.ask(url, "SELECT value FROM settings WHERE name = 'secret'"))[0]?.value;
  };
  assert.equal(await secretOf({}, /The secret went with it/), kept);
  const own = { BATON_SECRET: 'a secret of sixteen letters' };
  assert.equal(await secretOf(own, /Give every server the same BATON_SECRET/), undefined);
  rmSync(join(data, 'secret'));
  assert.equal(await secretOf({}, /There was no secret in .*: give every server the BATON_SECRET/), undefined);
});

test('a move that is killed leaves a database that says so, until --again', async (t) => {
  const data = await folderWithKeys(t);
  const url = await server.newDatabase();
  await (await openPostgresStore(url, 1)).close();
  const holder = new pg.Client({ connectionString: url });
  await holder.connect();
  t.after(() => holder.end());
  await holder.query('BEGIN; LOCK TABLE audit IN EXCLUSIVE MODE');
  const environment = { BATON_DATA: data, DATABASE_URL: url };
  const killed = baton(t, ['move'], environment);
  await printed(killed, /(keys: 2 of 2 copied)/);
  killed.child.kill('SIGKILL');
  assert.equal(await killed.ended, null);
  await holder.query('ROLLBACK');
  await assert.rejects(openPostgresStore(url, 1), /A "baton move" into this database is under way or was cut short/);
  const refused = baton(t, ['move'], environment);
  assert.equal(await refused.ended, 1);
  assert.match(refused.errors(), /^An earlier move into this database .* was cut short, .*--again empties/);
  await batonDone(t, ['move', '--again'], environment);
  const store = await opened(t, url);
  assert.deepEqual((await store.keys.list()).map(({ label }) => label).toSorted(), ['first', 'second']);
  const repeated = baton(t, ['move', '--again'], environment);
  assert.equal(await repeated.ended, 1);
  assert.match(repeated.errors(), /^The database is not empty: it holds keys/);
});

test('what is wrong is said in a sentence, and changes nothing', async (t) => {
  const data = await folderWithKeys(t);
  const url = new URL(await server.newDatabase());
  const fails = async (args: readonly string[], environment: Record<string, string>): Promise<string> => {
    const run = baton(t, ['move', ...args], environment);
    assert.equal(await run.ended, 1);
    assert.doesNotMatch(run.errors(), /\n +at /, 'no stack');
    return run.errors();
  };
  const nothing = folderFor(t);
  assert.match(await fails(['--to', url.href], { BATON_DATA: nothing }), /^There is no data in /);
  assert.match(await fails([], { BATON_DATA: data }), /^Name the PostgreSQL: baton move --to postgres:/);
  assert.match(await fails(['--to', 'mysql://x/y'], { BATON_DATA: data }), /^Name the PostgreSQL/);
  const away = 'postgres://nobody:secret@127.0.0.1:1/none';
  assert.match(
    await fails(['--to', away], { BATON_DATA: data }),
    /^127\.0\.0\.1:1\/none does not answer; look whether/,
  );
  const absent = new URL(url);
  absent.pathname = '/absent';
  assert.match(await fails(['--to', absent.href], { BATON_DATA: data }), /refused: database "absent" does not exist/);
  assert.deepEqual(await server.ask(url.href, "SELECT to_regclass('settings') AS settings"), [{ settings: null }]);
});
