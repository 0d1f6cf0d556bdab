import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { until } from '../../../tests/house/kit/until.ts';
import { systemClock } from '../../platform/clock.ts';
import { systemRandom } from '../../platform/random.ts';
import { SchemaError } from '../migrate.ts';
import { openPostgresStore } from '../postgres/postgres-store.ts';
import { startTestServer, type TestServer } from '../postgres/server.contract.ts';
import { openSqliteStore } from '../sqlite/sqlite-store.ts';
import { fill, fillMany, noon, readAll } from './kit.contract.ts';
import { type Move, type Moved, moveStore, type Progress } from './move-store.ts';
import { MoveError, movedTables } from './tables.ts';

const folder = mkdtempSync(join(tmpdir(), 'baton-move-'));
const file = join(folder, 'filled.sqlite');
const parts = { clock: systemClock(), random: systemRandom(), onProgress: () => {} };
let server: TestServer;
let ids: readonly string[] = [];
before(async () => {
  server = await startTestServer();
  ids = await fill(file);
});
after(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

const move = (url: string, more: Partial<Move> = {}): Promise<Moved> =>
  moveStore({ ...parts, file, url, secret: 'the kept secret', again: false, ...more });
const open = (url: string) => openPostgresStore(url, noon);
/** A database with our schema and nothing else. */
const newInstalled = async (): Promise<string> => {
  const url = await server.newDatabase();
  await (await open(url)).close();
  return url;
};
/** The filled database in a file of its own. */
const copyOf = (name: string): string => {
  const copy = join(folder, `${name}.sqlite`);
  const from = new DatabaseSync(file, { readOnly: true });
  from.prepare('VACUUM INTO ?').run(copy);
  from.close();
  return copy;
};
/** How many wait for locks. */
const waiting = async (url: string): Promise<unknown> => {
  const text = "SELECT COUNT(*)::integer AS count FROM pg_locks WHERE NOT granted AND relation = 'audit'::regclass";
  return (await server.ask(url, text))[0]?.count;
};
const saysSo = (form: RegExp) => (error: unknown) => error instanceof MoveError && form.test(error.message);

/** What failures left behind is all that may differ, by what PostgreSQL cannot store. */
const storable = (told: object): object =>
  JSON.parse(JSON.stringify(told), (key, value) => {
    if (['cause', 'excerpt', 'lastFailure'].includes(key) && value !== null) return value.replaceAll('\0', '\ufffd');
    return ['report', 'page'].includes(key) ? String(value).replaceAll('\\u0000', '\ufffd') : value;
  });

async function expectMoved(url: string): Promise<void> {
  const [from, to] = [openSqliteStore(file, noon), await open(url)];
  try {
    assert.deepEqual(storable(await readAll(to, ids)), storable(await readAll(from, ids)));
    const owing = new Set((await from.deliveries.owed(null, 1_000)).map(({ sessionId }) => sessionId));
    await to.shared.join(60_000);
    const taken = await to.shared.takeOver(1_000, true);
    assert.deepEqual(new Set(taken.map(({ sessionId }) => sessionId)), owing, 'the first server makes all owed calls');
    for (const { sessionId, owedSeq } of taken) {
      assert.equal(owedSeq, (await from.sessions.load(sessionId))?.version);
    }
    assert.deepEqual(
      (await to.sessions.claimDue(noon + 1e12, 99)).toSorted(),
      (await from.sessions.claimDue(noon + 1e12, 99)).toSorted(),
    );
    assert.equal(await to.shared.keepSecret('another one'), 'the kept secret');
  } finally {
    await from.close();
    await to.close();
  }
}

test('everything moves, and both stores tell the same of it', async () => {
  const url = await server.newDatabase();
  const moved = await move(url);
  assert.equal(moved.logs, ids.length);
  assert.ok(
    moved.tables.every(({ rows }) => rows > 0),
    'no table was empty',
  );
  // Of each day 25 attempts with an excerpt, and the cause of one call that is dead and one that was replayed.
  assert.equal(moved.changedTexts, 3 * (25 + 2));
  await expectMoved(url);
});

test('every column of both schemas is moved', async () => {
  const url = await newInstalled();
  const source = new DatabaseSync(file, { readOnly: true });
  const onlyThere = ['sessions.owed_before'];
  const ownTables = ['instances', 'key_changes', 'migrations', 'settings'];
  const moved = movedTables.flatMap(({ name, columns }) => columns.map((column) => `${name}.${column}`));
  const computed = movedTables.flatMap(({ name, computed }) =>
    Object.keys(computed).map((column) => `${name}.${column}`),
  );
  const rows = source
    .prepare(
      `SELECT t.name || '.' || c.name AS name FROM pragma_table_list t, pragma_table_info(t.name) c
       WHERE t.type = 'table' AND t.schema = 'main' AND t.name NOT LIKE 'sqlite_%' AND t.name <> 'migrations'`,
    )
    .all();
  source.close();
  assert.deepEqual([...rows.map(({ name }) => String(name)), ...computed].toSorted(), moved.toSorted());
  const there = await server.ask(
    url,
    `SELECT c.relname || '.' || a.attname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND a.attnum > 0 AND NOT a.attisdropped AND c.relname <> ALL ($1)`,
    [ownTables],
  );
  assert.deepEqual(there.map(({ name }) => String(name)).toSorted(), [...moved, ...onlyThere].toSorted());
});

test('a database that holds anything is left as it is', async () => {
  const url = await newInstalled();
  const store = await open(url);
  await store.agents.publish(
    'mine',
    { name: 'Mine', start: 'a', nodes: {} } as never,
    { sealed: 's', createdAt: 1 },
    1,
  );
  await store.close();
  for (const again of [false, true]) await assert.rejects(move(url, { again }), saysSo(/not empty: it holds agents/));
  assert.deepEqual(await server.ask(url, 'SELECT id FROM agents'), [{ id: 'mine' }]);
  assert.deepEqual(await server.ask(url, 'SELECT COUNT(*)::integer AS count FROM events'), [{ count: 0 }]);
  await (await open(url)).close();
});

test('tables of another program are left as they are', async () => {
  const url = await server.newDatabase();
  await server.ask(url, 'CREATE TABLE events (id integer)');
  await assert.rejects(move(url), saysSo(/holds a table "events" that is not Baton's/));
  const tables = await server.ask(
    url,
    'SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace',
  );
  assert.deepEqual(tables, [{ relname: 'events' }]);
});

test('a database that a server works on is left alone, however empty it is', async () => {
  const url = await newInstalled();
  const store = await open(url);
  await store.shared.join(600_000);
  await assert.rejects(move(url), saysSo(/A server works on this database; stop it first/));
  await store.shared.leave();
  await store.close();
  await move(url);
});

for (const step of ['agents copied', 'deliveries copied', 'events compared']) {
  test(`after a move that was cut short when ${step}, no server opens the database, and --again begins anew`, async () => {
    const url = await server.newDatabase();
    const cut = new Error('cut');
    const onProgress = ({ table, doing }: Progress): void => {
      if (`${table} ${doing}` === step) throw cut;
    };
    await assert.rejects(move(url, { onProgress }), cut);
    await assert.rejects(
      open(url),
      (error) => error instanceof SchemaError && /"baton move" into this/.test(error.message),
    );
    await assert.rejects(move(url), saysSo(/An earlier move into this database \(of 20.*Z\) was cut short/));
    await move(url, { again: true });
    await expectMoved(url);
  });
}

test('a move that goes on beside a newer one writes nothing any more', async () => {
  const url = await newInstalled();
  const holder = new pg.Client({ connectionString: url });
  await holder.connect();
  await holder.query('BEGIN; LOCK TABLE audit IN EXCLUSIVE MODE');
  const copied: string[] = [];
  const onProgress = ({ table }: Progress): void => void copied.push(table);
  const first = assert.rejects(move(url, { onProgress }), saysSo(/Another "baton move --again" has taken/));
  await until('the first one waits', async () => (await waiting(url)) === 1);
  assert.ok(copied.includes('keys'));
  const other = copyOf('other');
  const second = move(url, { again: true, file: other });
  await until('the second one waits', async () => (await waiting(url)) === 2);
  await holder.end();
  await first;
  await second;
  await expectMoved(url);
});

type Spoilt = readonly [what: string, sql: string, form: RegExp];
const spoilt: readonly Spoilt[] = [
  [
    'a byte',
    "UPDATE events SET body = body || ' ' WHERE session_id = NEW.id AND seq = 2",
    /In events, the row of session_id \S+, seq 2 has another body/,
  ],
  [
    'a lost row',
    'DELETE FROM attempts WHERE session_id = NEW.id AND number = 30',
    /In attempts, .* number 30 is not in the copy/,
  ],
  [
    'a row too many',
    "INSERT INTO answers VALUES (NEW.id, 'zzz', '', '', 1)",
    /In answers, .* key zzz is in the copy only/,
  ],
  [
    'a row behind the last one',
    "INSERT INTO agents VALUES ('zzz', 1) ON CONFLICT DO NOTHING",
    /In agents, .* id zzz is in the copy only/,
  ],
];
for (const [what, sql, form] of spoilt) {
  test(`${what} that differs is found and named, and no server opens the copy`, async () => {
    const url = await newInstalled();
    await server.ask(
      url,
      `CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${sql}; RETURN NULL; END $$;
       CREATE TRIGGER spoil AFTER INSERT ON sessions FOR EACH ROW EXECUTE FUNCTION spoil()`,
    );
    await assert.rejects(move(url), saysSo(form));
    await assert.rejects(open(url), SchemaError);
  });
}

test('a snapshot that is not what its log says is found', async () => {
  const damaged = copyOf('damaged');
  const database = new DatabaseSync(damaged);
  database.exec(`UPDATE snapshots SET body = replace(body, '"socketSeen":true', '"socketSeen":false')`);
  database.close();
  await assert.rejects(move(await server.newDatabase(), { file: damaged }), saysSo(/is not what its log says/));
});

test('a text that PostgreSQL cannot store is named by its row, and not quoted', async () => {
  const odd = copyOf('odd');
  const database = new DatabaseSync(odd);
  database
    .prepare('UPDATE events SET body = ? WHERE seq = 3 AND session_id = ?')
    .run('{"told":"\u0000"}', ids[1] ?? '');
  database.close();
  await assert.rejects(move(await server.newDatabase(), { file: odd }), (error) => {
    assert.match(String(error), new RegExp(`to events, at session_id ${ids[1]}, seq 3: a text holds U\\+0000`));
    assert.doesNotMatch(String(error), /told/);
    return true;
  });
});

test('while it is copied nobody makes or revokes a key, which would be left behind', async () => {
  const url = await server.newDatabase();
  const refused: unknown[] = [];
  const onProgress = (): void => {
    const other = new DatabaseSync(file, { timeout: 0 });
    try {
      other.exec('UPDATE keys SET revoked_at = 1');
    } catch (error) {
      refused.push(error);
    } finally {
      other.close();
    }
  };
  await move(url, { onProgress });
  assert.match(String(refused[0]), /database is locked/);
  await expectMoved(url);
});

test('ten thousand events', async (t) => {
  const many = join(folder, 'many.sqlite');
  const events = await fillMany(many, 700);
  assert.ok(events >= 10_000, `${events} events`);
  const url = await server.newDatabase();
  const began = performance.now();
  let compareAt = 0;
  const moved = await move(url, {
    file: many,
    onProgress: ({ doing }) => {
      if (doing === 'compared' && compareAt === 0) compareAt = performance.now();
    },
  });
  const seconds = (from: number, to: number): string => ((to - from) / 1000).toFixed(1);
  const rows = moved.tables.reduce((sum, table) => sum + table.rows, 0);
  t.diagnostic(
    `${events} events, ${rows} rows: copied in ${seconds(began, compareAt)} s, compared in ${seconds(compareAt, performance.now())} s`,
  );
  assert.equal(moved.tables.find(({ name }) => name === 'events')?.rows, events);
});
