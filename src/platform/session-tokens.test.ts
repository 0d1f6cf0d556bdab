import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { handClock } from './hand-clock.ts';
import { sessionTokens } from './session-tokens.ts';

const secret = Buffer.from('a-secret-for-tests-only-of-32-by');
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function token(header: object, claims: object, key: Buffer = secret): string {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

/** Another process on the same secret, which has seen no token yet. */
const restarted = (at: number) => sessionTokens(secret, handClock(at));

test('a token that was issued is good after a restart, as long as it says', async () => {
  const plain = await restarted(0).issue('s', 1_000, 60_000);
  const opening = await restarted(0).issue('s', 1_000, 60_000, 'support');
  assert.deepEqual(await restarted(59_999).grantOf(plain), { sessionId: 's', until: 60_000, opens: null });
  assert.deepEqual((await restarted(0).grantOf(opening))?.opens, { virtualAgentId: 'support', until: 3_601_000 });
  assert.equal(await restarted(60_000).grantOf(plain), null);
});

test('a token that was changed anywhere, cut or lengthened grants nothing', async () => {
  const good = await restarted(0).issue('s', 0, 60_000);
  for (let place = 0; place < good.length; place += 1) {
    const letter = good[place] === 'A' ? 'B' : 'A';
    const changed = `${good.slice(0, place)}${letter}${good.slice(place + 1)}`;
    assert.equal(await restarted(0).grantOf(changed), null, `letter ${place}`);
    assert.equal(await restarted(0).grantOf(good.slice(0, place)), null, `cut at ${place}`);
  }
  for (const more of ['.', 'A', '.x']) assert.equal(await restarted(0).grantOf(good + more), null, more);
});

test('the header decides nothing: no other algorithm, no other key', async () => {
  const claims = { session_id: 's', exp: 60 };
  assert.notEqual(await restarted(0).grantOf(token({ typ: 'JWT', alg: 'HS256' }, claims)), null);
  for (const header of [{ alg: 'none' }, { alg: 'HS512' }, { alg: 'RS256' }, { alg: 'HS256', crit: ['x'], x: 1 }, {}])
    assert.equal(await restarted(0).grantOf(token(header, claims)), null, JSON.stringify(header));
  const header = { alg: 'HS256', typ: 'JWT' };
  assert.equal(await restarted(0).grantOf(token(header, claims, Buffer.from('another'))), null);
  assert.equal(await restarted(0).grantOf(`${encode({ alg: 'none' })}.${encode(claims)}.`), null);
  for (const claims of [{ exp: 60 }, { session_id: 's' }, { session_id: 5, exp: 60 }])
    assert.equal(await restarted(0).grantOf(token(header, claims)), null, JSON.stringify(claims));
});
