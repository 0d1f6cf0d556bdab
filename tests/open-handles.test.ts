import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const preload = new URL('./fail-open-handles.ts', import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), 'baton-open-handles-'));
after(() => rmSync(folder, { recursive: true }));

function runTestFile(body: string): { status: number | null; output: string } {
  const file = join(folder, 'planted.test.mjs');
  writeFileSync(file, `import { test } from 'node:test';\nimport { createServer } from 'node:http';\n${body}`);
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const args = ['--test', `--import=${preload}`, '--test-reporter=spec', '--test-timeout=500', file];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8', timeout: 30_000 });
  return { status, output: stdout + stderr };
}

test('a test file that leaves a socket open fails and says so', () => {
  const { status, output } = runTestFile(`test('passes', (_, done) => { createServer().listen(0, done); });`);
  assert.equal(status, 1, output);
  assert.match(output, /still open: .*TCPServerWrap/);
});

test('a test that never ends fails', () => {
  const { status, output } = runTestFile(`test('hangs', (_, done) => { setInterval(() => {}, 1000); });`);
  assert.equal(status, 1, output);
  assert.match(output, /timed out/);
});

test('a test file that closes what it opens passes', () => {
  const { status, output } = runTestFile(`test('passes', () => { createServer().listen(0).close(); });`);
  assert.equal(status, 0, output);
});
