import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { excerptOf } from './excerpt.ts';

const sent = { text: 'my "secret" illness\nis this' };

test('the beginning of an answer is kept on one line', () => {
  assert.equal(excerptOf('<h1>\n\t 502  Bad\u0000\u001b[31m Gateway</h1>', {}), '<h1> 502 Bad [31m Gateway</h1>');
  assert.equal(excerptOf('', {}), null);
  assert.equal(excerptOf(' \r\n\t', {}), null);
  assert.equal([...(excerptOf('👋'.repeat(500), {}) ?? '')].length, 200);
});

test('an answer that repeats the message does not bring it into the record, however it is written', () => {
  const echoes = [sent.text, JSON.stringify(sent), `Not now: ${sent.text}!`, `${sent.text}${sent.text}`];
  for (const echo of echoes) {
    const excerpt = excerptOf(echo, sent);
    assert.match(String(excerpt), /\[…\]/);
    assert.doesNotMatch(String(excerpt), /illness/);
  }
});

test('an answer that repeats a start call tells neither its transcript nor its parameters', () => {
  const start = {
    history: { transcription: [{ agent: 'Hi' }, { user: 'wifi down' }], parameters: [{ name: 'PIN', value: '4711' }] },
  };
  const excerpt = excerptOf(`invalid: ${JSON.stringify(start)}`, start);
  assert.doesNotMatch(String(excerpt), /Hi|wifi|4711/);
  assert.match(String(excerpt), /^invalid: .*transcription/);
});

test('what looks like a secret is left out', () => {
  for (const secret of [
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'whsec_a+b/c==',
    'baton_9vX-_abcdefghijklmnop',
    'Bearer abc.def-ghi',
    'bearer 12345',
    'eyJhbGciOiJIUzI1NiJ9.eyJzZXNzaW9uIjoxfQ.c2lnbmF0dXJl',
  ]) {
    assert.equal(excerptOf(`no: "${secret}", sorry`, {}), 'no: "[…]", sorry');
  }
});

test('an excerpt is short, on one line, well formed and without the message, whatever was answered', () => {
  const text = fc.string({ unit: 'binary', minLength: 3, maxLength: 40 }).filter((one) => !one.includes('['));
  fc.assert(
    fc.property(text, fc.string({ unit: 'binary' }), fc.nat(3), (message, around, times) => {
      const excerpt = excerptOf(`${around}${message.repeat(times)}${around}`, { text: message }) ?? '';
      assert.ok([...excerpt].length <= 200);
      assert.ok(excerpt.isWellFormed());
      assert.doesNotMatch(excerpt, /\p{Cc}/u);
    }),
  );
});
