import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { shownValue } from './shown-value.ts';

const words = {
  ...{ yes: 'yes', no: 'no', and: 'and', or: 'or' },
  operator: (name: string) => name.replaceAll('-', ' '),
  into: (parameter: string) => `into ${parameter}`,
};

test('values are shown as people would put them', () => {
  const cases: readonly (readonly [unknown, ReturnType<typeof shownValue>])[] = [
    [undefined, { kind: 'nothing' }],
    ['', { kind: 'nothing' }],
    [[], { kind: 'nothing' }],
    [true, { kind: 'fact', text: 'yes' }],
    [6.94, { kind: 'fact', text: '6.94' }],
    ['ISSUE', { kind: 'fact', text: 'ISSUE' }],
    ['How are you?', { kind: 'text', text: 'How are you?' }],
    ['a\nb', { kind: 'lines', lines: ['a', 'b'] }],
    [['a', 'b'], { kind: 'lines', lines: ['a', 'b'] }],
    [
      [{ value: 'tea' }, { value: 'espresso', synonyms: ['short black', 'caffè'] }],
      { kind: 'lines', lines: ['tea', 'espresso: short black, caffè'] },
    ],
    [[{ path: 'order.id', parameter: 'ID' }], { kind: 'lines', lines: ['order.id into ID'] }],
    [
      [
        { output: 'yes', when: { parameter: 'TIER', operator: 'not-equals', value: 'gold' } },
        {
          output: 'no',
          when: {
            any: [
              { parameter: 'A', operator: 'is-empty' },
              { all: [{ parameter: 'B', operator: 'in', value: ['x', 'y'], ignoreCase: true }] },
            ],
          },
        },
        { output: 'odd', when: 7 },
      ],
      {
        kind: 'lines',
        lines: ['yes: TIER not equals gold', 'no: (A is empty or B in x, y {"ignoreCase":true})', 'odd: 7'],
      },
    ],
    [[{ output: 'yes' }], { kind: 'lines', lines: ['{"output":"yes"}'] }],
    [{ a: 1 }, { kind: 'lines', lines: ['{', '  "a": 1', '}'] }],
  ];
  for (const [value, shown] of cases) assert.deepEqual(shownValue(value, words), shown, JSON.stringify(value));
});

test('whatever stands in a draft can be shown', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => void shownValue(value, words)));
});
