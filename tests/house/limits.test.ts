import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeCodes } from '../../src/contract/frames.ts';
import type { Answer, AnyBody } from './kit/client.ts';
import { supportFlow } from './kit/flows.ts';
import { accountKey, connectTalk, type House, houseFor } from './kit/house.ts';

// Who is told to wait, how long, and that nobody else is.

const hands = Date.UTC(2026, 4, 3);
const strict = { BATON_WRONG_TRIES_PER_MINUTE: '30', BATON_TRUST_PROXY: '127.0.0.1' };

function assertWaits({ status, headers, body }: Answer<AnyBody>, seconds: number): void {
  assert.deepEqual([status, body.code, headers['retry-after']], [429, 'rate-limited', String(seconds)]);
  assert.match(String(body.message), new RegExp(`again in ${seconds} s\\.$`));
}

const from = (address: string, key?: string) => ({
  headers: { 'x-forwarded-for': address, ...(key !== undefined && { 'x-vgai-key': key }) },
});

test('a session that is told too much answers 429 with Retry-After to both sides, and the socket says retryAfter', async (t) => {
  const environment = { BATON_MESSAGES_PER_SECOND: '1', BATON_MESSAGE_BURST: '3' };
  const house = await houseFor(t, { hands, environment });
  const { user, ...session } = await connectTalk(house);
  for (let said = 0; said < 3; said += 1) assert.equal((await house.outbound(session.id, { text: 'x' })).status, 200);
  assertWaits(await house.outbound(session.id, { text: 'x' }), 1);
  for (let said = 1; said < 3; said += 1) user.say('x');
  user.say('too much', 'the id');
  const error = await user.waitFor('an error', ({ type }) => type === 'error');
  assert.deepEqual(error.type === 'error' && [error.code, error.id, error.retryAfter], ['rate-limited', 'the id', 1]);
  assertWaits(await house.step(session, { input: 'x' }), 1);
  house.hands.advance(1_000);
  assert.equal((await house.outbound(session.id, { text: 'x' })).status, 200);
  assert.equal((await house.step(session, { input: 'x' })).status, 200);
});

test('a key with a limit may send two seconds of it at once; other keys do not feel it', async (t) => {
  const house = await houseFor(t, { hands });
  const json = { label: 'slow', scopes: ['read'], requests_per_second: 2 };
  const { key } = (await house.ask<{ key: string }>('POST', '/keys', { json })).body;
  const ask = () => house.askBare('GET', '/agents', { headers: { 'x-vgai-key': key } });
  for (let asked = 0; asked < 4; asked += 1) assert.equal((await ask()).status, 200);
  assertWaits(await ask(), 1);
  assert.equal((await house.ask('GET', '/agents')).status, 200);
  house.hands.advance(500);
  assert.equal((await ask()).status, 200);
  assertWaits(await ask(), 1);
});

async function guess(house: House, address: string, times: number): Promise<void> {
  for (let tries = 0; tries < times; tries += 1) {
    const { status } = await house.askBare('GET', '/agents', from(address, `guess ${tries}`));
    assert.equal(status, 401, `guess ${tries}`);
  }
}

test('an address that was wrong too often has to wait a minute, and a good key of it never', async (t) => {
  const house = await houseFor(t, { hands, environment: strict });
  const address = '203.0.113.7';
  await guess(house, address, 30);
  assert.equal((await house.askBare('GET', '/agents', from(address))).body.code, 'key-missing');
  assertWaits(await house.askBare('GET', '/agents', from(address, 'guess 31')), 60);
  assertWaits(await house.askBare('GET', '/agents', from(address)), 60);
  assert.equal((await house.askBare('GET', '/agents', from(address, accountKey))).status, 200);
  assert.equal((await house.askBare('GET', '/health', from(address))).status, 200);
  assert.equal((await house.askBare('GET', '/agents', from('203.0.113.8', 'wrong'))).status, 401, 'another address');
  house.hands.advance(59_000);
  assertWaits(await house.askBare('GET', '/agents', from(address, 'guess 32')), 1);
  house.hands.advance(1_000);
  assert.equal((await house.askBare('GET', '/agents', from(address, 'guess 33'))).status, 401);
});

test('wrong tokens count with wrong keys, in steps and at the socket, and a good one is let in', async (t) => {
  const house = await houseFor(t, { hands, environment: strict });
  await house.publish(supportFlow(house.desk));
  const session = await house.init();
  const address = '203.0.113.7';
  const headers = { 'x-forwarded-for': address };
  const step = (token: string) =>
    house.askBare('POST', `/http/${session.id}/step`, {
      json: { input: null },
      headers: { ...headers, authorization: `Bearer ${token}` },
    });
  const close = async (token: string) => (await house.connect({ ...session, token }, { headers }).ends()).code;
  await guess(house, address, 10);
  for (let tries = 0; tries < 10; tries += 1) {
    assert.equal((await step(`wrong.token.${tries}`)).body.code, 'token-wrong');
    assert.equal(await close(`wrong.token.${tries}`), closeCodes.token);
  }
  assertWaits(await step('wrong.token.11'), 60);
  assert.equal(await close('wrong.token.12'), closeCodes.later);
  const { code, reason } = await house.connect({ ...session, token: '' }, { headers, tokenIn: 'query' }).ends();
  assert.deepEqual([code, reason], [1013, 'Too many wrong tokens from this address; connect again in a minute.']);
  assert.equal((await house.connect({ ...session, token: 'wrong' }).ends()).code, closeCodes.token, 'another address');
  assert.equal((await step(session.token)).status, 200);
  await house.connect(session, { headers }).hears('Hello.');
});

test('an IPv6 address stands for its /64, and an IPv4 one within IPv6 for itself', async (t) => {
  const house = await houseFor(t, { hands, environment: strict });
  await guess(house, '2001:db8:1:2::1', 15);
  await guess(house, '2001:db8:1:2:ffff::9', 15);
  assertWaits(await house.askBare('GET', '/agents', from('2001:db8:1:2:3:4:5:6', 'wrong')), 60);
  assert.equal((await house.askBare('GET', '/agents', from('2001:db8:1:3::1', 'wrong'))).status, 401);
  await guess(house, '198.51.100.1', 30);
  assertWaits(await house.askBare('GET', '/agents', from('::ffff:198.51.100.1', 'wrong')), 60);
});

test('a caller who is no proxy cannot choose the address that is counted', async (t) => {
  const house = await houseFor(t, { hands, environment: { BATON_WRONG_TRIES_PER_MINUTE: '30' } });
  for (let tries = 0; tries < 30; tries += 1) {
    assert.equal((await house.askBare('GET', '/agents', from(`203.0.113.${tries}`, 'wrong'))).status, 401);
  }
  assertWaits(await house.askBare('GET', '/agents', from('203.0.113.99', 'wrong')), 60);
  const session = { id: '01900000-0000-7000-8000-000000000000', token: 'wrong' };
  const closing = await house.connect(session, { headers: { 'x-forwarded-for': '203.0.113.99' } }).ends();
  assert.equal(closing.code, closeCodes.later);
});
