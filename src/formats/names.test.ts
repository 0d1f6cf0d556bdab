import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { identifier, parameterName, Taken } from './names.ts';

test('names stay readable', () => {
  assert.equal(parameterName('favourite drink', 'P'), 'favourite_drink');
  assert.equal(parameterName('2nd choice', 'P'), '_2nd_choice');
  assert.equal(parameterName('Größe', 'P'), 'Gro_e');
  assert.equal(parameterName('__proto__', 'P'), 'P');
  assert.equal(parameterName('', 'P'), 'P');
  assert.equal(identifier('Ask: which one?', 'node'), 'Ask_which_one');
  assert.equal(identifier('日本', 'node'), 'node');
});

test('a name that is taken gets a number, and stays short enough', () => {
  const taken = new Taken(['missed']);
  const long = 'x'.repeat(64);
  assert.deepEqual(
    ['a', 'a', 'a', 'a_2', 'missed'].map((name) => taken.unique(name)),
    ['a', 'a_2', 'a_3', 'a_2_2', 'missed_2'],
  );
  assert.equal(taken.unique(long), long);
  assert.equal(taken.unique(long), `${'x'.repeat(62)}_2`);
});

test('every name has the form that is wanted', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 80 }), { maxLength: 20 }), (texts) => {
      const taken = new Taken();
      const names = texts.map((text) => taken.unique(parameterName(text, 'P')));
      assert.equal(new Set(names).size, names.length);
      for (const name of names) assert.match(name, /^[A-Za-z_][A-Za-z0-9_]{0,63}$/);
      for (const text of texts) assert.match(identifier(text, 'node'), /^[A-Za-z0-9_-]{1,64}$/);
    }),
  );
});
