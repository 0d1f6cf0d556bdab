import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { systemClock } from '../platform/clock.ts';
import { deskCaller, retryAfter } from './desk-caller.ts';
import { networkGuard } from './network-guard.ts';

/** Every spelling and kind of address that must not be reached from outside. */
const privateForms = [
  '127.0.0.1',
  '127.1',
  '127.255.255.254',
  '2130706433',
  '0x7f000001',
  '0x7f.0.0.1',
  '0177.0.0.1',
  '0',
  '0.0.0.0',
  '10.0.0.1',
  '10.255.255.255',
  '100.64.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.8',
  '192.0.2.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.51.100.7',
  '203.0.113.9',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '[::]',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:10.0.0.1]',
  '[::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b:1::1]',
  '[2002:7f00:1::]',
  '[2001:0:7f00:1::]',
  '[2001:db8::1]',
  '[100::1]',
  '[fc00::1]',
  '[fd12:3456::1]',
  '[fe80::1]',
  '[fec0::1]',
  '[ff02::1]',
  '１２７.0.0.1',
  'localhost',
  'LOCALHOST',
];

test('no spelling of a private address is called', async () => {
  const guard = networkGuard([]);
  const caller = deskCaller(guard, systemClock());
  for (const host of privateForms) {
    for (const protocol of ['http', 'https']) {
      const url = `${protocol}://${host}:9/start`;
      const { result } = await caller.call({ url, id: 'x', body: '{}', secrets: [] }, new AbortController().signal);
      assert.equal(result.kind, 'forbidden', url);
      // A name is judged when it is called; an address or plain http also when an agent is published.
      if (!/localhost/i.test(host)) assert.match((await guard.faultOf(url)) ?? '', /BATON_ALLOW_NETWORKS/, url);
    }
  }
  await caller.close();
});

test('public addresses are called by https only', async () => {
  const guard = networkGuard([]);
  for (const host of ['8.8.8.8', '1.1.1.1', '[2606:4700::1111]', 'desk.example']) {
    assert.equal(await guard.faultOf(`https://${host}/`), null, host);
  }
  for (const host of ['8.8.8.8', '[2606:4700::1111]', 'desk.invalid']) {
    assert.match((await guard.faultOf(`http://${host}/`)) ?? '', /https/, host);
  }
});

test('an allowed network is called by http and https, its neighbours are not', async () => {
  const guard = networkGuard(['10.1.0.0/16', 'fd00::/8', '127.0.0.1']);
  for (const url of [
    'http://10.1.2.3/',
    'https://10.1.2.3/',
    'http://[fd00::5]/',
    'http://127.0.0.1:80/',
    'http://localhost/',
  ]) {
    if (!url.includes('localhost')) assert.equal(await guard.faultOf(url), null, url);
  }
  for (const url of ['http://10.2.0.1/', 'https://127.0.0.2/', 'http://[fc00::1]/']) {
    assert.notEqual(await guard.faultOf(url), null, url);
  }
});

test('a network that is not written as CIDR is refused with a sentence', () => {
  assert.throws(() => networkGuard(['10.1.0.0/99']), /10\.1\.0\.0\/99.*CIDR/);
  assert.throws(() => networkGuard(['intranet']), /CIDR/);
});

test('redirects are not followed, long answers are cut, and what is no answer passes', async () => {
  let followed = 0;
  const server = createServer((request, response) => {
    if (request.url === '/redirect') response.writeHead(302, { location: '/secret' }).end();
    else if (request.url === '/secret') {
      followed += 1;
      response.end();
    } else if (request.url === '/endless') {
      response.writeHead(200);
      const more = (): void => {
        if (!response.destroyed) response.write('x'.repeat(10_000), () => setImmediate(more));
      };
      more();
    } else request.socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const caller = deskCaller(networkGuard(['127.0.0.1/32']), systemClock());
  const call = (path: string) =>
    caller.call(
      { url: `http://127.0.0.1:${port}${path}`, id: 'x', body: '{}', secrets: [] },
      new AbortController().signal,
    );
  assert.deepEqual((await call('/redirect')).result, { kind: 'answered', status: 302, retryAfterMs: null });
  assert.equal(followed, 0);
  assert.equal((await call('/endless')).body.length, 65_536);
  assert.equal((await call('/reset')).result.kind, 'unreached');
  await caller.close();
  server.closeAllConnections();
  server.close();
});

test('Retry-After is read as seconds and as a date', () => {
  const now = Date.parse('2026-05-03T07:56:26Z');
  assert.equal(retryAfter('7', now), 7_000);
  assert.equal(retryAfter('Sun, 03 May 2026 07:57:26 GMT', now), 60_000);
  assert.equal(retryAfter('Sun, 03 May 2020 07:57:26 GMT', now), 0);
  assert.equal(retryAfter('soon', now), null);
  assert.equal(retryAfter(undefined, now), null);
});
