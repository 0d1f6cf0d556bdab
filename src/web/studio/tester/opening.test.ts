import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { readDefinition } from '../draft/definition.ts';
import { firstSetup, given } from './opening.ts';

const definition = readDefinition({
  parameters: [
    { name: 'ISSUE', kind: 'custom' },
    { name: 'ITEMS', kind: 'custom', multi: true },
  ],
});

test('what was left empty is not sent', () => {
  assert.deepEqual(given(firstSetup, definition), { live_agent: 'tester' });
  const blank = { ...firstSetup, userId: '  ', parameters: [{ name: ' ', value: 'x' }] };
  assert.deepEqual(given(blank, definition), { live_agent: 'tester' });
});

test('a parameter with several values gets one for each line, any other its text as it is', () => {
  const parameters = [
    { name: ' ISSUE ', value: 'wifi\nand phone' },
    { name: 'ITEMS', value: 'router\n\nphone' },
    { name: 'OTHER', value: '' },
  ];
  assert.deepEqual(given({ liveAgent: 'desk', userId: ' ada ', parameters }, definition), {
    ...{ live_agent: 'desk', user: { id: 'ada' } },
    parameters: [
      { name: 'ISSUE', value: 'wifi\nand phone' },
      { name: 'ITEMS', value: ['router', 'phone'] },
      { name: 'OTHER', value: '' },
    ],
  });
});
