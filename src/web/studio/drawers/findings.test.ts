import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { type Finding, placesOf } from './findings.ts';

const finding = (path: string, message = path): Finding => ({ path, message, severity: 'fault' });
const at = (places: ReturnType<typeof placesOf>, path: string): readonly string[] =>
  (places.get(path) ?? []).map(({ message }) => message);

test('a finding stands at its setting, a deeper one at the nearest above it, and none is lost', () => {
  const shown = new Set(['text', 'headers', 'response', 'response.0.path', 'outputs.@sys.human']);
  const found = [
    'text',
    'headers.X.Y',
    'response.0.path',
    'response.0.extra',
    'outputs.@sys.human',
    'outputs.gone',
    '',
  ];
  const places = placesOf(
    found.map((path) => finding(path)),
    shown,
    { type: 'webhook' },
  );
  assert.deepEqual(at(places, 'text'), ['text']);
  assert.deepEqual(at(places, 'headers'), ['headers.X.Y']);
  assert.deepEqual(at(places, 'response.0.path'), ['response.0.path']);
  assert.deepEqual(at(places, 'response'), ['response.0.extra']);
  assert.deepEqual(at(places, 'outputs.@sys.human'), ['outputs.@sys.human']);
  assert.deepEqual(at(places, ''), ['outputs.gone', '']);
  assert.equal([...places.values()].flat().length, found.length);
});

test('a setting that is not shown leaves its findings at the top, and a name that begins like it is another', () => {
  const places = placesOf([finding('textual'), finding('body.value')], new Set(['text']), { type: 'send-message' });
  assert.deepEqual(at(places, ''), ['textual', 'body.value']);
});

test('what is said twice of one place is shown once', () => {
  const places = placesOf([finding('text', 'No.'), finding('text', 'No.')], new Set(['text']), { type: 'x' });
  assert.deepEqual(at(places, 'text'), ['No.']);
});

test('within groups of rules both ways to write a path lead to the comparison', () => {
  const when = { all: [{ parameter: 'A' }, { any: [{ parameter: 'B' }, { parameter: 'C' }] }] };
  const node = { type: 'conditions', conditions: [{ output: 'yes', when }] };
  const place = 'conditions.0.when.all.1.any.1.value';
  for (const path of [place, 'conditions.0.when.1.1.value']) {
    assert.deepEqual(at(placesOf([finding(path)], new Set([place]), node), place), [path]);
  }
});

test('a path that leads through anything else is no trap', () => {
  for (const node of [
    { type: 'x', conditions: null },
    { type: 'x', conditions: [[]] },
    { type: 'x', conditions: 'a' },
  ]) {
    assert.deepEqual(at(placesOf([finding('conditions.0.when.0')], new Set(), node), ''), ['conditions.0.when.0']);
  }
});
