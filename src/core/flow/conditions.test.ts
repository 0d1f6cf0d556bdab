import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holds, type Rule } from './conditions.ts';
import { namesIn, pieces, render, type Value } from './parameters.ts';

const values: Readonly<Record<string, Value>> = {
  NAME: 'Ada Lovelace',
  AGE: '36',
  EMPTY: '',
  ITEMS: ['router', 'cable'],
  NONE: [],
  DATE: '2026-05-03',
};
const lookup = (name: string): Value | undefined => values[name];
const expand = (text: string): string => render(text, lookup);
const is = (rule: Rule): boolean => holds(rule, { lookup, expand, matches: (pattern, text) => text.includes(pattern) });

const table: readonly [boolean, Rule][] = [
  [true, { parameter: 'NAME', operator: 'equals', value: 'Ada Lovelace' }],
  [false, { parameter: 'NAME', operator: 'equals', value: 'ada lovelace' }],
  [true, { parameter: 'NAME', operator: 'equals', value: 'ada lovelace', ignoreCase: true }],
  [true, { parameter: 'NAME', operator: 'equals', value: '$NAME' }],
  [true, { parameter: 'NAME', operator: 'not-equals', value: 'x' }],
  [true, { parameter: 'NAME', operator: 'contains', value: 'Love' }],
  [true, { parameter: 'NAME', operator: 'not-contains', value: 'Hate' }],
  [true, { parameter: 'NAME', operator: 'starts-with', value: 'Ada' }],
  [true, { parameter: 'NAME', operator: 'ends-with', value: 'lace' }],
  [true, { parameter: 'NAME', operator: 'in', value: ['Bob', 'Ada Lovelace'] }],
  [true, { parameter: 'NAME', operator: 'not-in', value: ['Bob'] }],
  [true, { parameter: 'AGE', operator: 'greater-than', value: '9' }],
  [true, { parameter: 'AGE', operator: 'greater-or-equal', value: '36.0' }],
  [true, { parameter: 'AGE', operator: 'less-than', value: '100' }],
  [false, { parameter: 'AGE', operator: 'less-or-equal', value: '35.9' }],
  [true, { parameter: 'DATE', operator: 'less-than', value: '2026-11-01' }],
  [false, { parameter: 'MISSING', operator: 'less-than', value: '1' }],
  [true, { parameter: 'MISSING', operator: 'is-empty' }],
  [true, { parameter: 'EMPTY', operator: 'is-empty' }],
  [true, { parameter: 'NONE', operator: 'is-empty' }],
  [true, { parameter: 'ITEMS', operator: 'is-not-empty' }],
  [true, { parameter: 'MISSING', operator: 'equals', value: '' }],
  [true, { parameter: 'ITEMS', operator: 'contains', value: 'cable' }],
  [false, { parameter: 'ITEMS', operator: 'contains', value: 'cab' }],
  [true, { parameter: 'ITEMS', operator: 'in', value: ['cable', 'plug'] }],
  [
    false,
    {
      all: [
        { parameter: 'AGE', operator: 'equals', value: '36' },
        { parameter: 'NAME', operator: 'is-empty' },
      ],
    },
  ],
  [
    true,
    {
      any: [
        { parameter: 'AGE', operator: 'equals', value: '1' },
        { all: [{ parameter: 'NONE', operator: 'is-empty' }] },
      ],
    },
  ],
];

for (const [expected, rule] of table) {
  test(`${JSON.stringify(rule)} is ${expected}`, () => assert.equal(is(rule), expected));
}

test('parameters are inserted in one pass; unknown names and dollars stay', () => {
  const nested = (name: string): Value | undefined =>
    name === 'A' ? '$B and $$' : name === 'L' ? ['x', 'y'] : undefined;
  assert.equal(render('[$A] [$B] $$A $L 5$ $', nested), '[$B and $$] [$B] $A x, y 5$ $');
  assert.deepEqual(namesIn('$A $$B $A $C_1'), ['A', 'C_1']);
});

test('a text that became too long is cut between characters, never lost', () => {
  const long = '👋'.repeat(5000);
  const cut = pieces(long);
  assert.deepEqual(
    cut.map((piece) => [...piece].length),
    [4096, 904],
  );
  assert.equal(cut.join(''), long);
  assert.deepEqual(pieces(''), []);
});
