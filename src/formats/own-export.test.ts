import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { readOwnExport } from './own-export.ts';

const definition = { name: 'Support', start: 'a', nodes: { a: { type: 'end-conversation' } } };

test('a definition is read, alone or in an answer', () => {
  assert.deepEqual(readOwnExport(JSON.stringify(definition)), { definition });
  assert.deepEqual(readOwnExport(`\uFEFF${JSON.stringify({ agent_id: 'x', definition })}`), { definition });
});

test('what is none is told in a sentence', () => {
  const faultOf = (text: string): string => {
    const read = readOwnExport(text);
    return 'message' in read ? read.message : '';
  };
  assert.match(faultOf('{'), /no JSON/);
  assert.match(faultOf('[]'), /no "nodes"/);
  assert.match(faultOf('{"definition": {"name": "x"}}'), /no "nodes"/);
  assert.match(faultOf('{"nodes": []}'), /no "nodes"/);
  assert.match(faultOf('['.repeat(1000)), /nested deeper/);
});

test('no text makes it throw', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void readOwnExport(text)));
});
