import assert from 'node:assert/strict';
import { test } from 'node:test';
import { version } from '../../src/app.ts';
import { houseFor } from './kit/house.ts';

// What a studio asks of its server before it asks anything else.

test('a server tells where it is reached and what nodes may name, and no secret', async (t) => {
  const environment = {
    BATON_CREDENTIAL_SHOP: 'https://api.shop.example the-secret-of-the-shop',
    BATON_CREDENTIAL_MODEL: 'https://models.example the-secret-of-the-model',
    BATON_REGION: 'eu',
    BATON_SESSION_HOURS: '36',
  };
  const house = await houseFor(t, { environment, instead: { ownDesk: true } });
  const headers = { 'x-vgai-key': await house.makeKey(['read']) };
  const { status, body, text } = await house.ask<Record<string, unknown>>('GET', '/server', { headers });
  assert.equal(status, 200, text);
  const { credentials, ...rest } = body;
  assert.deepEqual(
    new Set(credentials as object[]),
    new Set([
      { name: 'SHOP', origin: 'https://api.shop.example' },
      { name: 'MODEL', origin: 'https://models.example' },
    ]),
  );
  assert.ok(!text.includes('the-secret'));
  const hook = (name: string): string => `${house.url}/desk/hooks/${name}`;
  assert.deepEqual(rest, {
    ...{ version, url: house.url, region: 'eu', session_life_hours: 36 },
    built_in_desk: { start: hook('start'), inbound: hook('inbound'), status: hook('status'), ended: hook('ended') },
    outbound_transfer: `${house.url}/live-agent/outbound/{session_id}`,
    stop_connection: `${house.url}/live-agent/disconnect/{session_id}`,
    chat: `${house.url}/chat/{agent_id}`,
  });
});

test('a server without a desk says so, and tells strangers nothing', async (t) => {
  const house = await houseFor(t);
  const { body } = await house.ask<Record<string, unknown>>('GET', '/server');
  assert.deepEqual([body.built_in_desk, body.credentials, body.region], [null, [], null]);
  assert.equal((await house.askBare('GET', '/server')).body.code, 'key-missing');
  const headers = { 'x-vgai-key': await house.makeKey(['init', 'live-agent']) };
  assert.equal((await house.ask('GET', '/server', { headers })).body.code, 'scope-missing');
  assert.equal((await house.ask('POST', '/server')).body.code, 'method-not-allowed');
});
