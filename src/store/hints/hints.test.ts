import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeHints, encodeHint, type Hint } from './hints.ts';

const sessionId = '01890000-0000-7000-8000-0000000000ff';

test('hints come through the wire as they were told', () => {
  const hints: readonly Hint[] = [
    { kind: 'moved', sessionId, version: 1, caller: null },
    { kind: 'moved', sessionId, version: 2 ** 40, caller: 2 ** 31 - 1 },
    { kind: 'typing', sessionId },
    { kind: 'gone', instance: 7 },
  ];
  assert.deepEqual(decodeHints(hints.map(encodeHint).join(' ')), hints);
});

test('words that mean nothing here are left out, and the others are heard', () => {
  const hint: Hint = { kind: 'typing', sessionId };
  assert.deepEqual(decodeHints(`x1 ${encodeHint(hint)} m! t g`), [hint]);
  assert.deepEqual(decodeHints(''), []);
});
