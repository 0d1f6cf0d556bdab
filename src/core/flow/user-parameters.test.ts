import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SessionEvent } from '../events.ts';
import type { Flow } from './flow.ts';
import { maxParametersLength, maxTextLength, type ParameterDeclaration } from './parameters.ts';
import { declaresUserParameters, isKeepable, keptParameters, startParameters } from './user-parameters.ts';

const flowOf = (...parameters: readonly ParameterDeclaration[]): Flow => ({
  name: 'Users',
  parameters,
  start: 'bye',
  nodes: { bye: { type: 'end-conversation' } },
});

const flow = flowOf(
  { name: 'tier', kind: 'user' },
  { name: 'SEEN', kind: 'user', multi: true },
  { name: 'ISSUE', kind: 'custom' },
);

let seq = 0;
const set = (name: string, value: string | readonly string[]): SessionEvent => {
  seq += 1;
  return { kind: 'parameters-set', seq, at: 1, parameters: [{ name, value }] };
};
const other: SessionEvent = { kind: 'socket-connected', seq: 1, at: 1 };

test('of a commit the last value of each declared user parameter is kept, and nothing else', () => {
  const events = [
    set('tier', 'gold'),
    other,
    set('ISSUE', 'wifi'),
    set('X', 'y'),
    set('tier', 'lead'),
    set('SEEN', ['a']),
  ];
  assert.deepEqual(keptParameters(flow, events), { tier: 'lead', SEEN: ['a'] });
  assert.equal(keptParameters(flow, [other, set('ISSUE', 'wifi'), set('X', 'y')]), null);
  assert.equal(keptParameters({ ...flow, parameters: undefined }, events), null);
});

test('a parameter called __proto__ is one like any other', () => {
  const odd = flowOf({ name: '__proto__', kind: 'user' });
  const kept = keptParameters(odd, [set('__proto__', 'x')]);
  assert.deepEqual(Object.entries(kept ?? {}), [['__proto__', 'x']]);
  assert.deepEqual(Object.entries(startParameters(odd, kept ?? {})), [['__proto__', 'x']]);
  assert.deepEqual(Object.entries(startParameters(odd, {})), []);
});

test('what is kept stands in the place of the default of a user parameter only', () => {
  const one = flowOf(
    { name: 'tier', kind: 'user', value: 'none' },
    { name: 'LANG', kind: 'custom', value: 'en' },
    { name: 'ITEMS', kind: 'custom', multi: true, value: 'box' },
    { name: 'city', kind: 'user' },
  );
  const kept = { tier: '', LANG: 'de', ITEMS: ['x'], unknown: 'u' };
  assert.deepEqual(startParameters(one, kept), { tier: '', LANG: 'en', ITEMS: ['box'] });
  assert.deepEqual(startParameters(one, {}), { tier: 'none', LANG: 'en', ITEMS: ['box'] });
});

test('a kept value takes the shape that the flow declares', () => {
  assert.deepEqual(startParameters(flow, { tier: ['a', 'b'], SEEN: 'c' }), { tier: 'a, b', SEEN: ['c'] });
  assert.deepEqual(startParameters(flow, { tier: [], SEEN: '' }), { tier: '', SEEN: [] });
  const long = ['\u{1f44b}'.repeat(maxTextLength), 'b'];
  assert.equal(startParameters(flow, { tier: long }).tier, long[0]);
});

test('what would make the parameters longer than they may be stays at its default', () => {
  const many = Array.from({ length: 4 }, (_, index) => ({ name: `P${index}`, kind: 'user', multi: true }) as const);
  const list = Array.from({ length: 25 }, () => 'x'.repeat(4_000));
  const kept = Object.fromEntries([...many.map(({ name }) => [name, list]), ['last', 'fits']]);
  const begun = startParameters(flowOf(...many, { name: 'last', kind: 'user', value: 'no' }), kept);
  assert.deepEqual(Object.keys(begun).sort(), ['P0', 'P1', 'last']);
  assert.equal(begun.last, 'fits');
  assert.ok(JSON.stringify(begun).length < maxParametersLength);
});

test('for an id that no URL can name nothing is kept', () => {
  assert.deepEqual(['ada', 'é/ü %\u{1f44b}', 'half \ud83d', 'nul \0'].map(isKeepable), [true, true, false, false]);
  assert.deepEqual([declaresUserParameters(flow), declaresUserParameters(flowOf())], [true, false]);
});

test('what the opener sets stands over defaults and what is kept, in whatever is declared', () => {
  const one = flowOf(
    { name: 'tier', kind: 'user', value: 'none' },
    { name: 'LANG', kind: 'custom', value: 'en' },
    { name: 'SEEN', kind: 'user', multi: true },
  );
  const begun = startParameters(one, { tier: 'gold', SEEN: ['a'] }, { tier: 'lead', X: 'y' });
  assert.deepEqual(begun, { tier: 'lead', LANG: 'en', SEEN: ['a'], X: 'y' });
  const long = 'x'.repeat(maxParametersLength);
  assert.deepEqual(startParameters(one, { tier: 'gold' }, { X: long }).tier, 'none', 'what does not fit is not kept');
});
