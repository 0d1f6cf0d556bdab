import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { sidesOf } from './sides.ts';

const both = { hasDraft: true, base: 2, versions: [4, 3, 2, 1] };
const sides = (query: string, known = both) => {
  const { before, after } = sidesOf(new URLSearchParams(query), known);
  return [before, after];
};

test('without a wish the draft is compared with what it follows, or the newest version with the one before', () => {
  assert.deepEqual(sides(''), [2, 'draft']);
  assert.deepEqual(sides('', { ...both, hasDraft: false }), [3, 4]);
  assert.deepEqual(sides('', { hasDraft: false, base: null, versions: [1] } as never), [null, 1]);
  assert.deepEqual(sides('', { hasDraft: true, base: null, versions: [] } as never), [null, 'draft']);
});

test('the address names the two, and nonsense in it does no harm', () => {
  assert.deepEqual(sides('before=1&after=3'), [1, 3]);
  assert.deepEqual(sides('before=3&after=1'), [3, 1]);
  assert.deepEqual(sides('after=3'), [2, 3]);
  assert.deepEqual(sides('before=1'), [1, 'draft']);
  for (const wrong of ['after=0', 'after=-1', 'after=x', 'after=1e3', 'after=']) {
    assert.deepEqual(sides(wrong), [2, 'draft'], wrong);
  }
  assert.deepEqual(sides('after=draft', { ...both, hasDraft: false }), [3, 4]);
  assert.deepEqual(sides('before=draft&after=2', { ...both, hasDraft: false }), [1, 2]);
  assert.deepEqual(sides('before=2&after=2'), [1, 2]);
});
