import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  flagOf,
  isText,
  movedAt,
  nodeWith,
  numberOf,
  pairsOf,
  recordOf,
  repeatedIn,
  replacedAt,
  rowsOf,
  shownAs,
  strangeIn,
  textOf,
  toggledIn,
} from './reading.ts';

const anything: readonly unknown[] = [undefined, null, true, 3, Number.NaN, 'text', [], ['a', 1], {}, { a: { b: 1 } }];

test('whatever stands in a field, it is read without a fault', () => {
  for (const value of anything) {
    assert.equal(typeof textOf(value), 'string');
    assert.equal(typeof flagOf(value, true), 'boolean');
    assert.ok(numberOf(value) === undefined || Number.isFinite(numberOf(value)));
    assert.ok(Array.isArray(rowsOf(value)));
    assert.ok(Array.isArray(pairsOf(value)));
    assert.equal(typeof shownAs(value), 'string');
    assert.ok(strangeIn(value, isText) === null || typeof strangeIn(value, isText) === 'string');
  }
});

test('what does not belong is told, cut short; what is missing is not', () => {
  assert.equal(strangeIn(undefined, isText), null);
  assert.equal(strangeIn('text', isText), null);
  assert.equal(strangeIn(null, isText), 'null');
  assert.equal(strangeIn({ a: 1 }, isText), '{"a":1}');
  assert.equal(strangeIn(Array(1000).fill(1), isText)?.length, 121);
});

test('a field that is emptied is taken away, and fields that nobody knows stay', () => {
  const node = { type: 'webhook', url: 'https://a.example', mine: { kept: true }, timeout: 3 };
  assert.deepEqual(nodeWith(node, { timeout: undefined, url: 'https://b.example' }), {
    type: 'webhook',
    url: 'https://b.example',
    mine: { kept: true },
  });
  assert.equal(node.timeout, 3);
});

test('rows are changed, taken away and moved, and the ends stay where they are', () => {
  assert.deepEqual(replacedAt(['a', 1, 'c'], 1, 'b'), ['a', 'b', 'c']);
  assert.deepEqual(replacedAt(['a', 1, 'c'], 1, undefined), ['a', 'c']);
  assert.deepEqual(movedAt(['a', 'b', 'c'], 2, -1), ['a', 'c', 'b']);
  assert.deepEqual(movedAt(['a', 'b'], 0, -1), ['a', 'b']);
  assert.deepEqual(movedAt(['a', 'b'], 1, 1), ['a', 'b']);
  assert.deepEqual(toggledIn([7, 'a'], 'b'), [7, 'a', 'b']);
  assert.deepEqual(toggledIn([7, 'a', 'a'], 'a'), [7]);
});

test('pairs without a name are left out, of the same names the last one counts, and values of other kinds stay', () => {
  const pairs = [...pairsOf({ a: '1', n: 5 }), { name: '', value: 'lost' }, { name: 'a', value: '2' }];
  assert.deepEqual(recordOf(pairs), { a: '2', n: 5 });
  assert.equal(recordOf([{ name: '', value: 'x' }]), undefined);
  assert.deepEqual([...repeatedIn(['a', 'b', 'a', '', ''])], ['a']);
});
