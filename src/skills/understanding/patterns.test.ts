import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { groupOfWhole, matchesAnywhere, patternFault } from './patterns.ts';

test('a pattern that RE2 does not take has a fault, and matches nothing', () => {
  for (const pattern of ['(', '[', ')', '(?=a)', '\\1', '*', 'x'.repeat(501)]) {
    assert.match(patternFault(pattern) ?? '', /^[A-Z].*\.$/s, pattern);
    assert.equal(matchesAnywhere(pattern, pattern), false);
    assert.equal(groupOfWhole(pattern, pattern), null);
  }
});

test('a pattern whose counts make a large program has a fault, however it hides them', () => {
  for (const pattern of [
    'a{1000}'.repeat(60),
    '(a{1000}){1000}',
    '(a{30}b{30}){30}',
    '(((((a{3}){3}){3}){3}){3}){3}',
    '\\Q[\\E(a{900}){1}',
    '[[:alpha:](]{900}',
    '[]a]{900}',
    'a{700,}',
  ]) {
    assert.match(patternFault(pattern) ?? '', /too large/, pattern);
  }
});

test('patterns that authors write have no fault', () => {
  for (const pattern of [
    '^\\+?[0-9 ]{7,15}$',
    '.{1,250}',
    '(?i)order\\s*#?(\\d{4,10})',
    '\\p{L}+',
    '[A-Z]{2}\\d{6}',
    '{',
    'a{,5}',
  ]) {
    assert.equal(patternFault(pattern), null, pattern);
  }
});

test('a pattern is found anywhere', () => {
  assert.equal(matchesAnywhere('(?i)order', 'My ORDER is late'), true);
  assert.equal(matchesAnywhere('^order', 'my order'), false);
});

test('the whole of an answer matches, and its first group is the value', () => {
  assert.equal(groupOfWhole('[A-Z]{2}\\d+', 'AB12'), 'AB12');
  assert.equal(groupOfWhole('[A-Z]{2}\\d+', 'AB12 please'), null);
  assert.equal(groupOfWhole('order (\\d+)|(x)', 'order 7'), '7');
  assert.equal(groupOfWhole('order (\\d+)|(x)', 'x'), null);
});

test('the larger a pattern, the less of a text it reads', () => {
  assert.equal(matchesAnywhere('b', `${'a'.repeat(8000)}b`), true);
  assert.equal(matchesAnywhere('a{250}b', `${'a'.repeat(1000)}b`), false);
  assert.equal(matchesAnywhere('[ab]{250}b', `${'a'.repeat(252)}b`), true);
});
