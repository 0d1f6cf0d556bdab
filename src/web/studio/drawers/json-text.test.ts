import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { readJson, showJson } from './json-text.ts';

test('JSON that is right is read, whatever it is', () => {
  for (const value of [null, 1, 'a', [], { a: [1, { b: '$NAME' }] }]) {
    assert.deepEqual(readJson(showJson(value)), { ok: true, value });
  }
});

test('of JSON that is not right yet the line is told', () => {
  assert.deepEqual(readJson('{\n  "a": 1,\n  b: 2\n}'), { ok: false, line: 3 });
  assert.deepEqual(readJson('{\n  "a": 1,\n'), { ok: false, line: 3 });
  assert.equal(readJson('').ok, false);
});
