import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { handClock } from '../platform/hand-clock.ts';
import { type Log, silentLog } from '../platform/log.ts';
import { openSqlite } from '../platform/sqlite.ts';
import { createHousekeeping } from './housekeeping.ts';
import { openDeskStore } from './store/desk-store.ts';

test('a database that is busy when the desk tidies ends nothing, and is tidied the next time', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-tidy-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const store = openDeskStore(folder);
  t.after(() => store.close());
  const clock = handClock(1_000_000);
  const errors: string[] = [];
  const log: Log = { ...silentLog, error: (_, message) => errors.push(message) };
  const other = openSqlite(join(folder, 'desk.sqlite'));
  t.after(() => other.close());
  store.commit(() => store.calls.see('support', 'an old call', 0));
  const housekeeping = createHousekeeping(store, clock, log);
  other.exec('BEGIN IMMEDIATE');
  housekeeping.start();
  other.exec('ROLLBACK');
  assert.equal(errors.length, 1);
  clock.advance(8 * 24 * 3_600_000);
  housekeeping.stop();
  assert.equal(errors.length, 1);
  assert.ok(
    store.commit(() => store.calls.see('support', 'an old call', 1)),
    'it was forgotten',
  );
});
