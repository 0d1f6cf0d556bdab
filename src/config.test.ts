import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError, readConfig } from './config.ts';

test('without any variable the annotated defaults hold', () => {
  const config = readConfig({});
  assert.equal(config.port, 3000);
  assert.equal(config.host, '127.0.0.1');
  assert.equal(config.dataFolder, '.data');
  assert.equal(config.sessionLifeMs, 86_400_000);
  assert.deepEqual(config.allowNetworks, []);
  assert.deepEqual(config.warnings, []);
});

const wrong: readonly [Record<string, string>, RegExp][] = [
  [{ PORT: '70000' }, /PORT is "70000".*65535/],
  [{ PORT: 'http' }, /PORT/],
  [{ BATON_REGION: 'asia' }, /BATON_REGION.*eu, us/],
  [{ BATON_SECRET: 'short' }, /BATON_SECRET.*16/],
  [{ BATON_KEY: 'short' }, /BATON_KEY.*16/],
  [{ BATON_URL: 'baton.example' }, /BATON_URL.*https:/],
  [{ BATON_LOG_LEVEL: 'loud' }, /BATON_LOG_LEVEL/],
  [{ BATON_SESSION_HOURS: '0' }, /BATON_SESSION_HOURS/],
  [{ DATABASE_URL: 'mysql://me:secret@x' }, /DATABASE_URL is no address of a PostgreSQL(?!.*secret)/],
  [{ DATABASE_URL: 'postgres://x', DATABASE_LISTEN_URL: 'x' }, /DATABASE_LISTEN_URL/],
  [{ DATABASE_URL: 'postgres://x', DATABASE_CONNECTIONS: '1' }, /DATABASE_CONNECTIONS.*from 2/],
  [{ DATABASE_URL: 'postgres://x', DATABASE_PREPARE: 'maybe' }, /DATABASE_PREPARE.*yes, no/],
  [{ DATABASE_URL: 'postgres://x', BATON_RETENTION_DAYS: '1' }, /BATON_RETENTION_DAYS.*from 32/],
  [{ BATON_HINTS_URL: 'https://hints.example' }, /BATON_HINTS_URL.*nats:.*rediss:/],
  [{ BATON_HINTS_URL: 'nats://' }, /BATON_HINTS_URL/],
  [{ BATON_HINTS_URL: 'hints.example:4222' }, /BATON_HINTS_URL/],
  [{ BATON_OIDC_ISSUER: 'accounts.example', BATON_OIDC_CLIENT_ID: 'x' }, /BATON_OIDC_ISSUER.*https:/],
  [{ BATON_OIDC_ISSUER: 'http://accounts.example', BATON_OIDC_CLIENT_ID: 'x' }, /BATON_OIDC_ISSUER.*https:/],
  [{ BATON_OIDC_ISSUER: 'http://127.0.0.1.example', BATON_OIDC_CLIENT_ID: 'x' }, /BATON_OIDC_ISSUER.*https:/],
  [{ BATON_OIDC_ISSUER: 'https://a.example' }, /BATON_OIDC_CLIENT_ID/],
  [
    { BATON_OIDC_ISSUER: 'https://a.example', BATON_OIDC_CLIENT_ID: 'x', BATON_OIDC_ROLE: 'owner' },
    /BATON_OIDC_ROLE.*designer, supervisor, live-agent, viewer/,
  ],
];

for (const [environment, sentence] of wrong) {
  test(`${JSON.stringify(environment)} is refused with a sentence`, () => {
    assert.throws(
      () => readConfig(environment),
      (error) => error instanceof ConfigError && sentence.test(error.message),
    );
  });
}

test('hints go over NATS or Redis, and a sentence about their URL does not tell its password', () => {
  assert.equal(readConfig({}).hintsUrl, null);
  for (const url of ['nats://a:4222', 'tls://user:word@a', 'redis://a', 'rediss://:word@a:6380/0']) {
    assert.equal(readConfig({ BATON_HINTS_URL: url }).hintsUrl, url);
  }
  assert.throws(
    () => readConfig({ BATON_HINTS_URL: 'http://user:secret@a' }),
    (error) => error instanceof ConfigError && !error.message.includes('secret'),
  );
});

test('people sign in at a provider that is named whole, which may be on this machine', () => {
  assert.equal(readConfig({}).openIdConnect, null);
  const named = { BATON_OIDC_ISSUER: 'https://login.example/realms/a', BATON_OIDC_CLIENT_ID: 'baton' };
  assert.deepEqual(readConfig(named).openIdConnect, {
    ...{ issuer: 'https://login.example/realms/a', clientId: 'baton', clientSecret: null },
    ...{ name: 'login.example', newcomers: null },
  });
  const more = { ...named, BATON_OIDC_NAME: 'Us', BATON_OIDC_ROLE: 'viewer', BATON_OIDC_CLIENT_SECRET: 's' };
  const { name, newcomers, clientSecret } = readConfig(more).openIdConnect ?? {};
  assert.deepEqual([name, newcomers, clientSecret], ['Us', 'viewer', 's']);
  for (const host of ['localhost', '127.0.0.1:9', '[::1]:9']) {
    assert.notEqual(readConfig({ ...named, BATON_OIDC_ISSUER: `http://${host}` }).openIdConnect, null, host);
  }
});

test('a name near to a known one is told, and so is a contradiction', () => {
  const told = (environment: Record<string, string>) => readConfig(environment).warnings.join('\n');
  assert.match(told({ BATON_SECRETS: 'x'.repeat(16) }), /BATON_SECRETS is not read; did you mean BATON_SECRET\?/);
  assert.match(told({ BATN_DATA: '/x' }), /did you mean BATON_DATA/);
  assert.match(told({ DATABASE_URI: 'x' }), /did you mean DATABASE_URL/);
  assert.match(told({ BATON_COLOUR: 'red' }), /BATON_COLOUR is not read/);
  assert.match(told({ BATON_HINTS_URL: 'nats://a' }), /BATON_HINTS_URL is not used without DATABASE_URL/);
  assert.equal(told({ BATON_HINTS_URL: 'nats://a', DATABASE_URL: 'postgres://x' }), '');
  assert.match(told({ BATON_OIDC_CLIENT_ID: 'x' }), /BATON_OIDC_CLIENT_ID is not used without BATON_OIDC_ISSUER/);
  assert.match(told({ HOST: '0.0.0.0' }), /set BATON_URL/);
  assert.match(told({ BATON_URL: 'https://baton.example' }), /BATON_TRUST_PROXY/);
  assert.equal(told({ HOSTNAME: 'x', POSTS: '1', BATON_URL: 'https://b.example/', BATON_TRUST_PROXY: '10.0.0.1' }), '');
});
