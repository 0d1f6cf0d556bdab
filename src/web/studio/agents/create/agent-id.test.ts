import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { isAgentId, suggestId } from './agent-id.ts';

const none: ReadonlySet<string> = new Set();

test('an id that is suggested is one that may be, whatever the name', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['Support', 'support'],
    ['  Café & Straße 24/7! ', 'cafe-strasse-24-7'],
    ['Ärger?', 'arger'],
    ['客服', 'agent'],
    ['', 'agent'],
    ['--- ---', 'agent'],
    ['x'.repeat(200), 'x'.repeat(58)],
    [`${'x'.repeat(57)} y`, 'x'.repeat(57)],
  ];
  for (const [name, id] of cases) {
    assert.equal(suggestId(name, none), id, name);
    assert.ok(isAgentId(id), id);
  }
});

test('an id that is taken gets a number, and the next one the next', () => {
  assert.equal(suggestId('Support', new Set(['support'])), 'support-2');
  assert.equal(suggestId('Support', new Set(['support', 'support-2', 'support-3'])), 'support-4');
  const long = 'x'.repeat(58);
  assert.ok(isAgentId(suggestId(long, new Set([long]))));
});

test('what is no id is told from one', () => {
  for (const id of ['', 'a b', 'ä', 'a/b', 'x'.repeat(65), 'a\n']) assert.equal(isAgentId(id), false, id);
  for (const id of ['A', '_-9', 'x'.repeat(64)]) assert.equal(isAgentId(id), true, id);
});
