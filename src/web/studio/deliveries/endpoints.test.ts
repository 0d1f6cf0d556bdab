import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { desksOf, type Endpoint, healthOf, partsOf } from './endpoints.ts';

const now = Date.UTC(2026, 4, 3, 8);
const before = (ms: number): string => new Date(now - ms).toISOString();
const hour = 3_600_000;

const endpoint = (change: Partial<Endpoint> = {}): Endpoint => ({
  ...{ url: 'https://desk.example/start', kinds: ['start'], owed: 0, stuck: 0, dead: 0 },
  ...{ oldest_owed_since: null, last_failure: null, since_start: null },
  ...change,
});

type Calls = NonNullable<Endpoint['since_start']>;

const called = (change: Partial<Calls> = {}): Calls => ({
  ...{ delivered: 9, failed: 0, last_delivered_at: before(hour), last_failed_at: null, typical_ms: 40 },
  ...change,
});

test('an endpoint that was never called says so, also while its first call is under way', () => {
  assert.equal(healthOf(endpoint(), now), 'nothing');
  assert.equal(healthOf(endpoint({ owed: 1 }), now), 'nothing');
});

test('one whose calls wait after a failure is down, until it takes one', () => {
  const failing = called({ last_failed_at: before(1000), failed: 3 });
  assert.equal(healthOf(endpoint({ owed: 2, stuck: 1, since_start: failing }), now), 'down');
  assert.equal(healthOf(endpoint({ owed: 2, stuck: 1 }), now), 'down', 'it was stuck before the server started');
  const back = called({ last_failed_at: before(1000), last_delivered_at: before(500) });
  assert.equal(healthOf(endpoint({ owed: 2, stuck: 1, since_start: back }), now), 'troubled');
});

test('one that is slow, fails now and then, or refused for good is not healthy', () => {
  assert.equal(healthOf(endpoint({ since_start: called({ typical_ms: 2_500 }) }), now), 'troubled');
  const lately = called({ last_failed_at: before(2 * 60_000), last_delivered_at: before(1000) });
  assert.equal(healthOf(endpoint({ since_start: lately }), now), 'troubled');
  const refused = called({ last_failed_at: before(hour / 2) });
  assert.equal(healthOf(endpoint({ dead: 1, since_start: refused }), now), 'troubled');
  assert.equal(healthOf(endpoint({ dead: 1 }), now), 'troubled');
});

test('one that takes its calls is healthy, whatever died there long ago', () => {
  const well = called({ last_failed_at: before(5 * hour) });
  assert.equal(healthOf(endpoint({ since_start: well }), now), 'healthy');
  assert.equal(healthOf(endpoint({ dead: 3, since_start: well }), now), 'healthy');
});

test('endpoints of one origin are one desk, and the worst stand first', () => {
  const desks = desksOf(
    [
      endpoint({ url: 'https://good.example/start', since_start: called() }),
      endpoint({ url: 'https://bad.example/start', since_start: called() }),
      endpoint({ url: 'https://bad.example/inbound', stuck: 4, owed: 4 }),
      endpoint({ url: 'https://bad.example:8443/start' }),
      endpoint({ url: '', kinds: ['ask'] }),
    ],
    now,
  );
  assert.deepEqual(
    desks.map(({ origin, endpoints }) => [origin, endpoints.map(({ path, health }) => `${path} ${health}`)]),
    [
      ['https://bad.example', ['/inbound down', '/start healthy']],
      ['https://good.example', ['/start healthy']],
      ['', [' nothing']],
      ['https://bad.example:8443', ['/start nothing']],
    ],
  );
});

test('what cannot be read as a URL is shown as it is', () => {
  assert.deepEqual(partsOf('https://api.example/orders/$ID?x=1'), {
    origin: 'https://api.example',
    path: '/orders/$ID?x=1',
  });
  assert.deepEqual(partsOf('HTTPS://Desk.example/a'), { origin: 'https://desk.example', path: '/a' });
  assert.deepEqual(partsOf('$URL/x'), { origin: '$URL/x', path: '' });
});
