import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { render } from '../../core/flow/parameters.ts';
import { type Namer, pieces, templateOf, variantsOf } from './text.ts';

const namer: Namer = {
  byId: (id) => (id === 'p1' ? 'TIER' : 'OTHER'),
  byName: (name) => ({ TIER: 'TIER', 'user.name': 'user_name' })[name],
};

const textOf = (value: unknown): string => templateOf(variantsOf(value)[0] ?? [], namer).text;

const part = (value: string) => ({ type: 'text', value });
const parameter = (value: string) => ({ type: 'parameter', value });

test('texts are found however they lie', () => {
  assert.equal(textOf('Hello'), 'Hello');
  assert.equal(textOf(['Hello', 'Hi']), 'Hello');
  assert.equal(textOf([part('Hello '), parameter('p1'), part('!\n')]), 'Hello $TIER!');
  assert.equal(textOf([[part('One')], [part('Two')]]), 'One');
  assert.equal(textOf({ text: [part('Hello')] }), 'Hello');
  assert.equal(textOf({ en: 'Hello', de: 'Hallo' }), 'Hello');
  assert.equal(textOf([{ type: 'text', text: 'Hello' }]), 'Hello');
  for (const nothing of [null, undefined, 5, '', ' \n', [], {}, [part('\n')], [null]])
    assert.equal(textOf(nothing), '');
  assert.equal(variantsOf([[part('One')], [part('Two')]]).length, 2);
});

test('a dollar that is no parameter is a dollar', () => {
  assert.equal(textOf('$5 for $TIER, $NOBODY and $user.name.'), '$$5 for $TIER, $$NOBODY and $user_name.');
  assert.equal(textOf([part('Costs $'), parameter('p1')]), 'Costs $$$TIER');
});

test('letters behind a parameter do not become part of its name', () => {
  const { text, changes } = templateOf(variantsOf([parameter('p1'), part('s are here')])[0] ?? [], namer);
  assert.equal(text, '$TIER s are here');
  assert.equal(changes.length, 1);
  assert.equal(textOf([parameter('p1'), part("'s place")]), "$TIER's place");
});

test('markup becomes plain text, and only markup does', () => {
  assert.equal(textOf('<p>Hello <b>you</b></p><p>A &amp; B<br/>C</p>'), 'Hello you\nA & B\nC');
  assert.equal(textOf('1 < 2 &amp; <tag>'), '1 < 2 &amp; <tag>');
  assert.equal(textOf('<b>&#999999999;&#x41;&unknown;</b>'), '&#999999999;A&unknown;');
});

test('what is inserted shows the text that was written', () => {
  const alphabet = fc.constantFrom('$', 'TIER', 'a', ' ', '.', '$$', '€');
  fc.assert(
    fc.property(fc.array(fc.array(alphabet).map((parts) => part(parts.join('')))), (segments) => {
      const shown = render(textOf(segments), (name) => (name === 'TIER' ? '<gold>' : undefined));
      const written = segments
        .map(({ value }) => value)
        .join('')
        .replace(/\$TIER(?![A-Za-z0-9_])/g, '<gold>');
      assert.equal(shown, written.trim());
    }),
  );
});

test('a text beyond all measure is cut, with a note', () => {
  const { text, changes } = templateOf(variantsOf('word '.repeat(50_000))[0] ?? [], namer);
  assert.equal(text.length <= 100_000, true);
  assert.match(changes[0] ?? '', /cut/);
});

test('long texts are cut between words and never within a parameter', () => {
  const text = `${'word '.repeat(900)}$NAME ${'x'.repeat(5000)}${'$$'.repeat(3000)}`;
  const cut = pieces(text);
  assert.equal(
    cut.every((piece) => [...piece].length <= 4096),
    true,
  );
  assert.equal(cut.join('').replaceAll(' ', ''), text.replaceAll(' ', ''));
  assert.equal(
    cut.every((piece) => !/(?<!\$)(\$\$)*\$$/.test(piece) || piece.endsWith('$$')),
    true,
  );
  assert.deepEqual(pieces(''), []);
  const people = '👩‍👩‍👧'.repeat(3000);
  assert.equal(
    pieces(people).every((piece) => piece.isWellFormed() && [...piece].length <= 4096),
    true,
  );
});
