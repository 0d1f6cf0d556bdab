import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openSqlite } from '../../platform/sqlite.ts';
import { dumpSchema, migrate, SchemaError } from '../migrate.ts';
import { storeContract } from '../store.contract.ts';
import { openSqliteStore } from './sqlite-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'baton-store-'));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
const newFile = (): string => {
  files += 1;
  return join(folder, `${files}.sqlite`);
};

storeContract(async () => openSqliteStore(newFile(), 1));

test('the schema is the one that was looked at (UPDATE_SCHEMA=1 writes it anew)', () => {
  const dump = new URL('../schema.sql', import.meta.url);
  const database = openSqlite(newFile());
  migrate(database, 1);
  const schema = dumpSchema(database);
  database.close();
  if (process.env.UPDATE_SCHEMA === '1') writeFileSync(dump, schema);
  assert.equal(readFileSync(dump, 'utf8'), schema);
});

test('an older program refuses the schema of a newer one and says what to do', () => {
  const file = newFile();
  const database = openSqlite(file);
  migrate(database, 1);
  database.prepare("INSERT INTO migrations (number, name, at) VALUES (9999, '9999-future.sql', 1)").run();
  database.close();
  assert.throws(
    () => openSqliteStore(file, 1),
    (error) => error instanceof SchemaError && /9999-future/.test(error.message),
  );
});

test('a database of an older program keeps its log, its deliveries and what desks were answered', async () => {
  const file = newFile();
  const old = openSqlite(file);
  old.exec('CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, at BIGINT NOT NULL)');
  for (const name of ['0001-sessions.sql', '0002-agents-and-keys.sql']) {
    old.exec(readFileSync(new URL(`../migrations/${name}`, import.meta.url), 'utf8'));
    old.prepare('INSERT INTO migrations VALUES (?, ?, 1)').run(Number(name.slice(0, 4)), name);
  }
  const id = '01890000-0000-7000-8000-000000000001';
  const event = old.prepare('INSERT INTO events VALUES (?, ?, 1, ?, 1, ?)');
  event.run(id, 2, 'messages-read', '{"to":1}');
  event.run(id, 1, 'socket-connected', '{}');
  const delivery = old.prepare(
    `INSERT INTO deliveries (session_id, lane, seq, part, kind, url, state, attempts, owed_at, due_at, try_until)
     VALUES (?, 'h1', ?, 0, 'inbound', 'https://desk.example/inbound', ?, 3, 1, 2, 9)`,
  );
  for (const [seq, state] of [
    [2, 'owed'],
    [1, 'delivered'],
  ] as const) {
    delivery.run(id, seq, state);
  }
  const answer = old.prepare('INSERT INTO answers VALUES (?, ?, ?, ?, ?, 5)');
  answer.run(id, 'live-agent', 'k', 'f', '{"seq":1}');
  answer.run(id, 'end-user', 'k', '', '{"seq":2}');
  old.close();

  const store = openSqliteStore(file, 1);
  try {
    assert.deepEqual(
      (await store.sessions.readEvents(id, 0, -1)).map(({ seq, kind }) => [seq, kind]),
      [
        [1, 'socket-connected'],
        [2, 'messages-read'],
      ],
    );
    assert.deepEqual(
      (await store.deliveries.readLane(id, 'h1', 9)).map(({ seq, attempts, dueAt }) => [seq, attempts, dueAt]),
      [[2, 3, 2]],
    );
    assert.equal((await store.deliveries.find({ sessionId: id, lane: 'h1', seq: 1, part: 0 }))?.state, 'delivered');
    assert.deepEqual(await store.sessions.findAnswer(id, 'k', 5), { key: 'k', fingerprint: 'f', body: '{"seq":1}' });
  } finally {
    await store.close();
  }
});

test('twenty installers race, and each migration runs once', async () => {
  const file = newFile();
  const script = `
    import { openSqlite } from ${JSON.stringify(new URL('../../platform/sqlite.ts', import.meta.url).href)};
    import { migrate } from ${JSON.stringify(new URL('../migrate.ts', import.meta.url).href)};
    const database = openSqlite(${JSON.stringify(file)});
    process.stdout.write(String(migrate(database, 1).length));
    database.close();`;
  const racers = Array.from({ length: 20 }, () => {
    const racer = spawn(process.execPath, [
      '--disable-warning=ExperimentalWarning',
      '--input-type=module',
      '-e',
      script,
    ]);
    let out = '';
    let errors = '';
    racer.stdout.on('data', (chunk) => {
      out += String(chunk);
    });
    racer.stderr.on('data', (chunk) => {
      errors += String(chunk);
    });
    return once(racer, 'close').then(([code]) => ({ code, ran: Number(out), errors }));
  });
  const results = await Promise.all(racers);
  for (const { code, errors } of results) assert.equal(code, 0, errors);
  const database = openSqlite(file);
  const migrations = database.prepare('SELECT COUNT(*) AS count FROM migrations').get();
  database.close();
  assert.equal(
    results.reduce((sum, { ran }) => sum + ran, 0),
    Number(migrations?.count),
  );
});
