import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { render } from '../../../core/flow/parameters.ts';
import { readDefinition } from '../draft/definition.ts';
import { declaredGroups, inserted, mentionable, nameFault, undeclaredNames } from './parameters.ts';

const definition = readDefinition({
  parameters: [
    { name: 'ISSUE', kind: 'custom' },
    { name: 'tier', kind: 'user' },
    { name: 'ITEMS', kind: 'custom', multi: true },
    { name: 'TAGS', kind: 'user', multi: true },
    { name: 'ISSUE', kind: 'user' },
    { name: 'odd', kind: 7 },
  ],
  nodes: {
    ask: { type: 'collect-input', parameter: 'CITY' },
    call: { type: 'webhook', response: [{ parameter: 'PRICE' }, 'nonsense', null], parameter: 5 },
    count: { type: 'counter', parameter: 'ISSUE' },
    none: { type: 'reset-counter', parameter: '' },
    id: { type: 'collect-input', parameter: 'SESSION_ID' },
  },
});

test('parameters are offered by kind, and those that nodes fill although nobody declared them', () => {
  assert.deepEqual(declaredGroups(definition), [
    { group: 'custom', names: ['ISSUE', 'odd'] },
    { group: 'user', names: ['tier', 'ISSUE'] },
    { group: 'multi', names: ['ITEMS', 'TAGS'] },
  ]);
  assert.deepEqual(undeclaredNames(definition), ['CITY', 'PRICE']);
  assert.deepEqual(
    mentionable(definition).map(({ group }) => group),
    ['custom', 'user', 'multi', 'undeclared', 'system'],
  );
  assert.deepEqual(
    mentionable(readDefinition(null)).map(({ group }) => group),
    ['system'],
  );
});

test('a name that may not be declared says why', () => {
  const faults = ['', '1st', 'a-b', 'x'.repeat(65), 'AGENT_ID', 'tier', 'CITY'].map((name) =>
    nameFault(definition, name),
  );
  assert.deepEqual(faults, ['empty', 'form', 'form', 'form', 'system', 'taken', null]);
});

test('a parameter is inserted where the cursor is, so that it is read as one', () => {
  const cases: readonly (readonly [string, [number, number], string])[] = [
    ['Hi !', [3, 3], 'Hi Ada!'],
    ['Hi there', [3, 8], 'Hi Ada'],
    ['Hithere', [2, 2], 'HiAda there'],
    ['Hi $', [4, 4], 'Hi Ada'],
    ['5 $$', [4, 4], '5 $Ada'],
    ['', [0, 0], 'Ada'],
  ];
  for (const [text, selected, wanted] of cases) {
    const { text: after, cursor } = inserted(text, selected, 'NAME');
    assert.equal(
      render(after, () => 'Ada'),
      wanted,
      text,
    );
    assert.ok(/\$NAME ?$/.test(after.slice(0, cursor)), text);
  }
});
