import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { markLines, markWords, type Piece } from './marked.ts';

const shown = (pieces: readonly Piece[]): string =>
  pieces.map(({ text, isOwn }) => (isOwn ? `[${text}]` : text)).join('');

test('the words that differ are marked, and no others', () => {
  const { before, after } = markWords('How can I help you today?', 'How may we help you, $NAME?');
  assert.equal(shown(before), 'How [can I] help you [today]?');
  assert.equal(shown(after), 'How [may we] help you[, $NAME]?');
  const grown = markWords('Hi', 'Hi there');
  assert.deepEqual([shown(grown.before), shown(grown.after)], ['Hi', 'Hi[ there]']);
  const all = markWords('', 'new');
  assert.deepEqual([shown(all.before), shown(all.after)], ['', '[new]']);
});

test('lines are marked as wholes', () => {
  const { before, after } = markLines(['a', 'b', 'c'], ['a', 'x', 'c', 'd']);
  assert.deepEqual([shown(before), shown(after)], ['a[b]c', 'a[x]c[d]']);
});

test('the pieces are the texts, whatever these are, and what is not marked is the same on both sides', () => {
  const text = fc.array(fc.constantFrom('a', 'b', ' ', '\n', '.', 'ü', '👍🏽')).map((all) => all.join(''));
  fc.assert(
    fc.property(fc.oneof(text, fc.string()), fc.oneof(text, fc.string()), (one, other) => {
      const { before, after } = markWords(one, other);
      const joined = (pieces: readonly Piece[]): string => pieces.map((piece) => piece.text).join('');
      assert.deepEqual([joined(before), joined(after)], [one, other]);
      const kept = (pieces: readonly Piece[]): string =>
        joined(pieces.filter(({ isOwn }) => !isOwn)).replaceAll(/\s+/g, '');
      assert.equal(kept(before), kept(after));
    }),
  );
});

test('texts that are too long to be compared by words are marked whole', () => {
  const { before } = markWords(`same ${'a '.repeat(5_000)}a`, `same ${'b '.repeat(5_000)}b`);
  assert.deepEqual(
    before.map(({ isOwn }) => isOwn),
    [false, true],
  );
});
