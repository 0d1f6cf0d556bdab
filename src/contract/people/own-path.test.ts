import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownPath } from './own-path.ts';

test('no text leads to another site, however it is written', () => {
  for (const text of [
    ...['//evil.example', '/\\evil.example', '/\t/evil.example', '/\n/evil.example', '/.//evil.example', '/..//evil'],
    ...['https://evil.example', 'javascript:alert(1)', 'evil', '', ' /desk', `/${'a'.repeat(1_000)}`, '/x/..//evil'],
  ]) {
    assert.equal(ownPath(text, '/studio'), '/studio', JSON.stringify(text));
  }
  for (const missing of [null, undefined]) assert.equal(ownPath(missing, '/studio'), '/studio');
});

test('a path of this server is followed with its query and its fragment', () => {
  for (const text of ['/', '/desk', '/studio/agents/a?b=//c#d', '/a//b']) assert.equal(ownPath(text, '/studio'), text);
});
