import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { piecesOf } from './text.ts';

const linksOf = (text: string): (string | null)[] => piecesOf(text).flatMap(({ href }) => href ?? []);

test('the pieces of a text are the text', () => {
  for (const text of ['', 'plain', 'see https://a.example/x?y=1#z, or http://b.example.', '<b>https://c.example</b>']) {
    assert.equal(
      piecesOf(text)
        .map(({ text: piece }) => piece)
        .join(''),
      text,
    );
  }
});

test('a link ends where the address ends, not the sentence', () => {
  assert.deepEqual(linksOf('See https://a.example/x?y=1, now!'), ['https://a.example/x?y=1']);
  assert.deepEqual(linksOf('(https://a.example/x)'), ['https://a.example/x']);
  assert.deepEqual(linksOf('https://a.example/x_(y)'), ['https://a.example/x_(y)']);
});

test('nothing but a web address becomes a link', () => {
  for (const text of ['javascript:alert(1)', 'data:text/html,x', 'https://', 'ftp://a.example', 'a.example']) {
    assert.deepEqual(linksOf(text), []);
  }
});
