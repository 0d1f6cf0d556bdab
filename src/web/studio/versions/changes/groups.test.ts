import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { readDefinition } from '../../draft/definition.ts';
import { groupsOf, sumsOf } from './groups.ts';

const before = readDefinition({
  name: 'A',
  nodes: {
    greet: { type: 'send-message', text: 'Hi', outputs: { default: 'ask' } },
    ask: { type: 'collect-input', parameter: 'X', outputs: { default: 'end', missed: 'end' } },
    end: { type: 'end-conversation' },
  },
  parameters: [{ name: 'X', kind: 'custom' }],
  layout: { greet: { x: 0, y: 0 }, end: { x: 1, y: 0 } },
});

test('what concerns one node stands in one place', () => {
  const after = readDefinition({
    ...before,
    nodes: {
      hello: { ...before.nodes.greet, outputs: { default: 'late' } },
      ask: { ...before.nodes.ask, parameter: 'Y', outputs: { missed: 'late' } },
      end: before.nodes.end,
      late: { type: 'send-message', text: 'Late', outputs: {} },
    },
    parameters: [{ name: 'Y', kind: 'user' }],
    layout: { hello: { x: 0, y: 0 }, end: { x: 9, y: 0 } },
  });
  const { settings, nodes, declared, moved } = groupsOf(before, after);
  assert.deepEqual(settings, []);
  assert.equal(moved, 1);
  assert.deepEqual(
    nodes.map(({ name, kind, was, fields, led }) => [name, kind, was, fields.length, led.map(({ output }) => output)]),
    [
      ['hello', 'renamed', 'greet', 0, ['default']],
      ['ask', 'changed', null, 1, ['missed', 'default']],
      ['late', 'added', null, 0, []],
    ],
  );
  assert.deepEqual(sumsOf(nodes), { added: 1, removed: 0, changed: 2 });
  assert.deepEqual(
    declared.map(({ what, items }) => [what, items.map(({ name, kind }) => [name, kind])]),
    [
      [
        'parameter',
        [
          ['Y', 'added'],
          ['X', 'removed'],
        ],
      ],
    ],
  );
});

test('of two that are alike nobody knows which one was renamed', () => {
  const end = { type: 'end-conversation' };
  const { nodes } = groupsOf(
    readDefinition({ nodes: { a: end, b: end } }),
    readDefinition({ nodes: { c: end, d: end } }),
  );
  assert.deepEqual(sumsOf(nodes), { added: 2, removed: 2, changed: 0 });
});

test('whatever two drafts hold can be compared, and a draft differs in nothing from itself', () => {
  const anything = fc
    .record({ nodes: fc.dictionary(fc.string(), fc.jsonValue()), name: fc.jsonValue() })
    .map(readDefinition);
  fc.assert(
    fc.property(anything, anything, (one, other) => {
      groupsOf(one, other);
      assert.deepEqual(groupsOf(one, structuredClone(one)), { settings: [], nodes: [], declared: [], moved: 0 });
    }),
  );
});
