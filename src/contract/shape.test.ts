import assert from 'node:assert/strict';
import { test } from 'node:test';
import Type from 'typebox';
import { sayFaults, shape } from './shape.ts';

test('a value with very many unknown fields is refused with a sentence', () => {
  const none = shape(Type.Object({}, { additionalProperties: false }));
  const reading = none.read(Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`k${index}`, 0])));
  assert.ok(!reading.ok);
  assert.match(sayFaults(reading.faults), /\S.*[.!?]$/);
});
