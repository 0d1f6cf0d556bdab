import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deepestJson, isTooDeep } from './json-depth.ts';

const nested = (depth: number, inside = '0', open = '[', close = ']'): string =>
  `${open.repeat(depth)}${inside}${close.repeat(depth)}`;

test('depth is counted exactly, in lists and objects', () => {
  assert.equal(isTooDeep(nested(deepestJson)), false);
  assert.equal(isTooDeep(nested(deepestJson + 1)), true);
  assert.equal(isTooDeep(nested(deepestJson, '0', '{"a":', '}')), false);
  assert.equal(isTooDeep(nested(deepestJson + 1, '0', '{"a":', '}')), true);
  assert.equal(isTooDeep(nested(deepestJson + 1, '')), true);
});

test('many brackets beside each other are not deep', () => {
  assert.equal(isTooDeep(`[${Array(1_000).fill('{"a":[1]}').join(',')}]`), false);
});

test('brackets in strings do not count, and no quote in them ends a string early', () => {
  for (const before of ['', '\\"', '\\\\', '\\\\\\"', '\\u0022', ',"']) {
    const text = JSON.stringify({ a: `${before}${'['.repeat(500)}`, b: 1 });
    assert.equal(isTooDeep(text), false, text.slice(0, 20));
  }
  assert.equal(isTooDeep(`["\\\\",${nested(deepestJson)}]`), true);
  assert.equal(isTooDeep(`["\\"",${nested(deepestJson)}]`), true);
});

test('text that is cut off is scanned to its end', () => {
  assert.equal(isTooDeep(`["${'['.repeat(500)}`), false);
  assert.equal(isTooDeep(`"${'\\'.repeat(501)}"`), false);
  assert.equal(isTooDeep('['.repeat(200_000)), true);
});

test('a string of backslashes and quotes takes no longer than its length', () => {
  const begun = performance.now();
  isTooDeep(`"${'\\"'.repeat(500_000)}`);
  isTooDeep(`"${'\\'.repeat(1_000_000)}`);
  assert.ok(performance.now() - begun < 1_000);
});
