// Databases are written in turns while they are cut: what one says about the other must be true in the copies.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { openSqlite } from '../platform/sqlite.ts';
import { takeSnapshots } from './snapshot.ts';

/** Writes n into one database after the other, then n + 1, so that the last is at most one behind the first. */
const writer = `
  const { workerData, parentPort } = require('node:worker_threads');
  const { DatabaseSync } = require('node:sqlite');
  const all = workerData.map((file) => new DatabaseSync(file, { timeout: 5000 }));
  for (const one of all) one.exec('PRAGMA synchronous = OFF');
  const add = all.map((one) => one.prepare('UPDATE counted SET n = ?'));
  for (let n = 1; ; n += 1) {
    for (const one of add) one.run(n);
    if (n === 100) parentPort.postMessage('busy');
  }`;

test('a cut through busy databases goes through one instant, and copies what was there then', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-snapshot-'));
  const files = Array.from({ length: 4 }, (_, index) => join(folder, `database-${index}`));
  for (const file of files) {
    const database = openSqlite(file);
    database.exec('CREATE TABLE counted (n INTEGER); INSERT INTO counted VALUES (0)');
    database.close();
  }
  const worker = new Worker(writer, { eval: true, workerData: files });
  t.after(async () => {
    await worker.terminate();
    rmSync(folder, { recursive: true, force: true });
  });
  await once(worker, 'message');
  for (let round = 0; round < 10; round += 1) {
    const snapshots = takeSnapshots(files);
    const counts: number[] = [];
    for (const [index, file] of files.entries()) {
      const target = join(folder, `copy-${round}-${index}`);
      const { rows } = await snapshots.copy(file, target);
      const copy = new DatabaseSync(target);
      counts.push(Number(copy.prepare('SELECT n AS newest FROM counted').get()?.newest));
      copy.close();
      assert.equal(rows.counted, 1);
    }
    snapshots.close();
    const newest = counts[0] ?? 0;
    const straight = counts.every((n, index) => (n === newest || n === newest - 1) && n <= (counts[index - 1] ?? n));
    assert.ok(straight, `the cut is crooked: ${counts}`);
  }
});
