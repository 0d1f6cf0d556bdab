// A data folder of an older version goes on under this one; that of a newer one is left as it is.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { connectTalk, houseFor } from '../house/kit/house.ts';
import { baton, folderFor } from './kit/program.ts';

const migrations = new URL('../../src/store/migrations/', import.meta.url);

/** Makes a database with the schema of 0.1.0: the first four migrations and nothing later. */
function olderDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, at BIGINT NOT NULL)');
  const add = database.prepare('INSERT INTO migrations VALUES (?, ?, 1)');
  for (const name of readdirSync(migrations)
    .filter((one) => /^000[1-4]-/.test(one))
    .sort()) {
    database.exec(readFileSync(new URL(name, migrations), 'utf8'));
    add.run(Number(name.slice(0, 4)), name);
  }
  return database;
}

/** Copies what both schemas know from a database of this version. */
function copyRows(from: string, to: DatabaseSync): void {
  to.prepare('ATTACH ? AS newer').run(from);
  const tables = to.prepare("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name <> 'migrations'").all();
  for (const { name } of tables) {
    const known = to.prepare('SELECT name FROM pragma_table_info(?, ?)');
    const newer = new Set(known.all(String(name), 'newer').map((column) => String(column.name)));
    const columns = known.all(String(name), 'main').map((column) => String(column.name));
    const both = columns.filter((column) => newer.has(column)).join(', ');
    to.exec(`INSERT INTO main.${name} (${both}) SELECT ${both} FROM newer.${name}`);
  }
  to.exec('DETACH newer');
}

test('a data folder of 0.1.0 opens, serves, and delivers what it owed under the same id', async (t) => {
  const house = await houseFor(t);
  const talk = await connectTalk(house);
  house.desk.behave = () => ({ status: 503 });
  talk.user.say('owed');
  const [first] = await house.until('the desk refused', () => {
    const calls = house.desk.of('inbound', talk.id);
    return calls.length > 0 ? calls : null;
  });
  await house.stop();
  const before = join(house.folder, 'older');
  mkdirSync(before);
  const older = olderDatabase(join(before, 'baton.sqlite'));
  copyRows(join(house.folder, 'baton.sqlite'), older);
  older.close();
  const refused = house.desk.calls.length;
  house.desk.behave = () => ({ status: 200, body: '{}' });
  await house.start({ BATON_DATA: before });
  await house.until('what was owed is delivered', () => house.desk.calls.length > refused);
  assert.equal(house.desk.calls[refused]?.id, first?.id);
  const user = house.connect(talk, { after: talk.user.lastSeq() });
  user.say('and on');
  await house.until('the conversation goes on', () =>
    house.desk.of('inbound').some(({ body }) => body.text === 'and on'),
  );
  assert.equal((await house.outbound(talk.id, { text: 'Still here.' })).status, 200);
  await user.hears('Still here.');
});

test('a data folder of a newer version is refused with a sentence, by start, migrate and keys, and left alone', async (t) => {
  const folder = folderFor(t);
  const file = join(folder, 'baton.sqlite');
  const database = olderDatabase(file);
  database.exec("INSERT INTO migrations VALUES (9999, '9999-from-the-future.sql', 1)");
  database.close();
  for (const command of ['start', 'migrate', 'keys']) {
    const run = baton(t, [command], { BATON_DATA: folder });
    assert.equal(await run.ended, 1, command);
    assert.match(
      run.errors(),
      /^The database was changed by a newer Baton \(9999-from-the-future\.sql\); run that version/,
    );
    assert.doesNotMatch(run.errors(), /\n\s+at /, 'no stack');
  }
  const after = new DatabaseSync(file);
  t.after(() => after.close());
  assert.equal(after.prepare('SELECT COUNT(*) AS ran FROM migrations').get()?.ran, 5);
});
