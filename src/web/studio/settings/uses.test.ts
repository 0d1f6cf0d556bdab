import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { readDefinition } from '../draft/definition.ts';
import { entityUses, intentUses, parameterUses, undeclared } from './uses.ts';

const definition = readDefinition({
  parameters: [{ name: 'ISSUE', kind: 'custom' }],
  nodes: {
    greet: { type: 'send-message', text: 'Hi $NAME, $$PRICE and $ISSUE' },
    ask: { type: 'collect-input', parameter: 'ISSUE', entity: 'drink', prompt: '', retryPrompt: ['$AGAIN'] },
    check: {
      type: 'conditions',
      conditions: [{ output: 'yes', when: { all: [{ parameter: 'TIER', operator: 'equals', value: '$OTHER' }] } }],
    },
    hook: {
      type: 'webhook',
      url: 'https://a.example/$PLACE',
      body: { kind: 'json', value: { deep: ['$IN_BODY'] } },
      response: [{ path: 'a.$b', parameter: 'ANSWER' }],
    },
    code: { type: 'custom-code', code: "parameters.A = parameters['B'] + other.C; // $D" },
    human: { type: 'live-agent-routing', transferParameters: ['ISSUE', 'SESSION_ID'] },
    wish: { type: 'classification', intents: ['pay', '@sys.human', 7] },
  },
});

test('every place that names a parameter is found, and nothing else', () => {
  const uses = parameterUses(definition);
  assert.deepEqual(uses.get('ISSUE'), ['greet', 'ask', 'human']);
  const names = ['A', 'AGAIN', 'ANSWER', 'B', 'ISSUE', 'IN_BODY', 'NAME', 'OTHER', 'PLACE', 'SESSION_ID', 'TIER', 'b'];
  assert.deepEqual([...uses.keys()].sort(), names.sort());
});

test('system parameters and those that are declared are not missing', () => {
  const missing = undeclared(definition, parameterUses(definition));
  assert.ok(!missing.has('ISSUE') && !missing.has('SESSION_ID'));
  assert.deepEqual(missing.get('TIER'), ['check']);
});

test('intents and entities are found where nodes name them', () => {
  assert.deepEqual(
    [...intentUses(definition)],
    [
      ['pay', ['wish']],
      ['@sys.human', ['wish']],
    ],
  );
  assert.deepEqual([...entityUses(definition)], [['drink', ['ask']]]);
});

test('whatever stands in a draft is read without a fault', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (nodes) => {
      const read = readDefinition({ nodes });
      for (const uses of [parameterUses, intentUses, entityUses]) {
        for (const ids of uses(read).values()) assert.ok(ids.every((id) => Object.hasOwn(read.nodes, id)));
      }
    }),
  );
});
