import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openFlusher, openSqlite } from './sqlite.ts';

const folder = mkdtempSync(join(tmpdir(), 'baton-sqlite-'));
after(() => rmSync(folder, { recursive: true }));

const never = (error: Error): never => {
  throw error;
};

test('a log that is flushed takes what is committed before and after', async () => {
  const file = join(folder, 'flushed.sqlite');
  const database = openSqlite(file);
  database.exec('CREATE TABLE t (n INTEGER)');
  const flusher = openFlusher(file, never);
  for (let n = 0; n < 3; n += 1) {
    database.prepare('INSERT INTO t (n) VALUES (?)').run(n);
    await flusher.flush();
  }
  flusher.close();
  database.close();
});

const elsewhere = process.platform === 'linux' ? false : 'the descriptor is found in /proc, which only Linux has';

test('a disk that refuses to flush ends the process', { skip: elsewhere }, () => {
  const here = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);
  // The descriptor of the log is closed under the flusher, so that the system refuses as a broken disk would.
  const script = `
    import { closeSync, openSync, readdirSync, readlinkSync } from 'node:fs';
    import { openSqliteStore } from ${here('../store/sqlite/sqlite-store.ts')};
    const store = openSqliteStore(${JSON.stringify(join(folder, 'broken.sqlite'))}, 1);
    const logs = readdirSync('/proc/self/fd').filter((fd) => {
      try { return readlinkSync('/proc/self/fd/' + fd).endsWith('-wal'); } catch { return false; }
    });
    closeSync(Number(logs.at(-1)));
    openSync('/proc/self/status', 'r');
    store.keys.add({ id: 'k', hash: 'h', label: 'l', scopes: [], createdAt: 1, revokedAt: null })
      .then(() => console.log('told'), () => console.log('refused'));
    setTimeout(() => console.log('went on'), 1000);`;
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  assert.equal(stdout, '', 'nobody is told anything');
  assert.equal(status, 1);
  assert.match(stderr, /The disk did not take what was committed/);
});
