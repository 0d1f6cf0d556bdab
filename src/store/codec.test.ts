import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeBody, decodeEvent, decodeSession } from './codec.ts';

test('a damaged body is told of without quoting what was said in it', () => {
  const damaged = 'what a customer said';
  for (const read of [
    () => decodeBody(damaged),
    () => decodeSession(damaged),
    () => decodeEvent([1, 1, 'message', 1, damaged]),
  ]) {
    assert.throws(read, (error: Error) => /damaged/.test(error.message) && !error.message.includes('customer'));
  }
});
