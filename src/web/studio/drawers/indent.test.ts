import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { indented } from './indent.ts';

test('a tab moves the cursor, and the lines that are selected to and fro', () => {
  assert.deepEqual(indented('ab', [1, 1], 'more'), { text: 'a  b', selected: [3, 3] });
  assert.deepEqual(indented('a\nb\nc', [0, 3], 'more'), { text: '  a\n  b\nc', selected: [2, 7] });
  assert.deepEqual(indented('  a\n    b', [3, 9], 'less'), { text: 'a\n  b', selected: [1, 5] });
});

test('what is not indented cannot move further, and the cursor stays in its line', () => {
  assert.deepEqual(indented('a\nb', [2, 2], 'less'), { text: 'a\nb', selected: [2, 2] });
  assert.deepEqual(indented('a\n  b', [3, 3], 'less'), { text: 'a\nb', selected: [2, 2] });
});
