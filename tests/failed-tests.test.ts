import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const reporter = new URL('../scripts/failed-tests.ts', import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), 'baton-failed-tests-'));
after(() => rmSync(folder, { recursive: true }));

/** @returns what is told of the tests of such a file. */
function told(body: string): string {
  const file = join(folder, 'planted.test.mjs');
  writeFileSync(file, `import { test } from 'node:test';\n${body}`);
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const args = [
    '--test',
    `--test-reporter=${reporter}`,
    '--test-reporter-destination=stdout',
    '--test-timeout=500',
    file,
  ];
  return spawnSync(process.execPath, args, { env, encoding: 'utf8', timeout: 30_000, cwd: folder }).stdout;
}

test('of a run in which all pass nothing is told', () => {
  assert.equal(
    told(`test('passes', () => {}); test('is to be done', { todo: true }, () => { throw new Error('no'); });`),
    '',
  );
});

test('a failure is told with its place, its name and its cause, once', () => {
  const text = told(
    `test('whole', async (t) => { await t.test('part', () => { throw new Error('It broke.', { cause: 'the pump' }); }); });`,
  );
  assert.match(text, /^✖ planted\.test\.mjs:2 {2}part\n {4}Error: It broke\.\n/);
  assert.match(text, /\[cause\]: 'the pump'/);
  assert.equal(text.match(/✖/g)?.length, 1, text);
});

test('a long message is cut, and what was cut is said', () => {
  const text = told(`test('long', () => { throw new Error(Array(200).fill('line '.repeat(200)).join('\\n')); });`);
  const lines = text.split('\n');
  assert.ok(lines.length < 50, `${lines.length} lines`);
  assert.ok(lines.every((line) => line.length < 420));
  assert.match(text, /… and \d+ more lines/);
});

test('a test that takes too long is told as that', () => {
  assert.match(told(`test('hangs', (_, done) => { setTimeout(done, 1_000); });`), /hangs\n {4}.*timed out after 500ms/);
});

test('of a file that ends by itself its last words are told', () => {
  const text = told(
    `process.on('exit', () => console.error('last words')); test('passes', () => {}); setTimeout(() => process.exit(3));`,
  );
  assert.match(text, /^✖ planted\.test\.mjs\n/);
  assert.match(text, /exit code 3\n {4}last words/);
});
