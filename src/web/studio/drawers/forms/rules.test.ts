import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { ruleFaults } from '../../../../contract/nodes/rules.ts';
import {
  deepestGroup,
  groupOf,
  newComparison,
  unwrapped,
  withAnother,
  withInner,
  withKind,
  withOperator,
} from './rules.ts';

const a = { parameter: 'A', operator: 'equals', value: '1' };
const none = (): undefined => undefined;
const b = { parameter: 'B', operator: 'is-empty' };

test('a comparison that gets company becomes a group, and is alone again when it is left', () => {
  const both = withAnother(a, b);
  assert.deepEqual(both, { all: [a, b] });
  assert.deepEqual(withAnother(withKind(both, 'any'), a), { any: [a, b, a] });
  assert.deepEqual(unwrapped(withInner(both, 0, none)), b);
  assert.equal(withInner({ any: [a] }, 0, none), undefined);
  for (const rule of [a, both]) assert.equal(withInner(rule, 2, none), rule);
});

test('a group within a group goes with the last that it holds', () => {
  const rule = { all: [a, { any: [b] }] };
  assert.deepEqual(
    withInner(rule, 1, (inner) => withInner(inner, 0, none)),
    { all: [a] },
  );
});

test('groups nest as deep as they may be published, and not deeper', () => {
  let rule: unknown = { ...newComparison, parameter: 'A' };
  for (let depth = 0; depth < deepestGroup; depth += 1) rule = { all: [rule] };
  assert.deepEqual(ruleFaults(rule, 1), []);
  assert.equal(ruleFaults({ all: [rule] }, 1).length, 1);
});

test('another operator gives the value the form that it wants', () => {
  assert.deepEqual(withOperator(a, 'in'), { parameter: 'A', operator: 'in', value: ['1'] });
  assert.deepEqual(withOperator({ ...a, value: ['x', 'y'] }, 'contains'), { ...a, operator: 'contains', value: 'x' });
  assert.deepEqual(withOperator({ ...a, ignoreCase: true }, 'is-empty'), { parameter: 'A', operator: 'is-empty' });
  assert.deepEqual(withOperator(b, 'equals'), { parameter: 'B', operator: 'equals', value: '' });
  assert.deepEqual(withOperator({ ...a, mine: 1 }, 'matches'), { ...a, operator: 'matches', mine: 1 });
});

test('what is no rule is no group', () => {
  for (const rule of [undefined, null, 5, 'all', [], { all: 5 }, { any: null }]) assert.equal(groupOf(rule), null);
});
