import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openSqlite } from '../platform/sqlite.ts';
import { dumpSchema, migrate, SchemaError } from './migrate.ts';
import { openSqliteStore } from './sqlite-store.ts';
import { storeContract } from './store.contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'baton-store-'));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
const newFile = (): string => {
  files += 1;
  return join(folder, `${files}.sqlite`);
};

storeContract(async () => openSqliteStore(newFile(), 1));

test('the schema is the one that was looked at (UPDATE_SCHEMA=1 writes it anew)', () => {
  const dump = new URL('./schema.sql', import.meta.url);
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

test('twenty installers race, and each migration runs once', async () => {
  const file = newFile();
  const script = `
    import { openSqlite } from ${JSON.stringify(new URL('../platform/sqlite.ts', import.meta.url).href)};
    import { migrate } from ${JSON.stringify(new URL('./migrate.ts', import.meta.url).href)};
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
