import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { partsOf } from './names.ts';

const ada = '01a2280e-5540-715d-88a8-cc611e2987eb';
const gone = '01a2280e-554c-7e1a-9b45-cef988434965';
const names = new Map([
  [ada, 'Ada'],
  ['viewer', 'Viewer'],
]);
const texts = (target: string): readonly string[] => partsOf(target, names).map(({ text }) => text);

test('ids that are known are told by name, others by their end, in which they differ', () => {
  assert.deepEqual(texts(`${ada} viewer`), ['Ada', 'Viewer']);
  assert.deepEqual(texts(gone), ['…cef988434965']);
  assert.deepEqual(texts('support 3'), ['support', '3']);
  assert.deepEqual(texts(''), []);
});

test('what is told twice is shown once', () => {
  const rotated = new Map([
    [ada, 'website'],
    [gone, 'website'],
  ]);
  assert.deepEqual(partsOf(`${ada} ${gone}`, rotated), [{ text: 'website', isCode: false, full: ada }]);
});
