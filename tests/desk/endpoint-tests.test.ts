import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { officeFor } from './kit/office.ts';
import { callHook, inboundBody, secretsOf, startBody } from './kit/signed.ts';

const strange = `whsec_${Buffer.from('a secret of somebody else').toString('base64')}`;

test('an endpoint that is tested answers as to the router, and the desk keeps nothing of it', async (t) => {
  const office = await officeFor(t);
  for (const endpoint of ['start', 'inbound', 'status', 'ended']) {
    const json = { endpoint, url: `${office.url}/desk/hooks/${endpoint}` };
    const { body } = await office.house.ask<Record<string, unknown>>('POST', '/agents/support/endpoints/test', {
      json,
    });
    assert.deepEqual([body.outcome, body.status], ['accepted', 200], JSON.stringify(body));
  }
  assert.deepEqual(await office.browser.conversations(), []);
  const wrong = { endpoint: 'start', url: `${office.url}/desk/hooks/ended` };
  const { body } = await office.house.ask<Record<string, unknown>>('POST', '/agents/support/endpoints/test', {
    json: wrong,
  });
  assert.deepEqual([body.outcome, body.status], ['refused', 422]);
  const { at } = await office.arrive();
  assert.deepEqual(
    (await office.browser.conversations()).map(({ id }) => id),
    [at],
  );
});

test('a test that is not signed by its virtual agent is refused, and one may be repeated', async (t) => {
  const office = await officeFor(t);
  const [secret = ''] = await secretsOf(office.house);
  const body = startBody(randomUUID(), { test: true });
  for (const other of [null, strange]) {
    assert.equal((await callHook(office.url, { kind: 'start', body, secret: other })).status, 401);
  }
  const once = { kind: 'start', body, secret, id: 'the same' };
  for (let call = 0; call < 2; call += 1) assert.equal((await callHook(office.url, once)).status, 200);
  const mark = { ...inboundBody(randomUUID(), 11, 10), agentId: 'support', test: 'true' };
  assert.equal((await callHook(office.url, { kind: 'inbound', body: mark, secret })).status, 404, 'it is no test');
  assert.deepEqual(await office.browser.conversations(), []);
});
