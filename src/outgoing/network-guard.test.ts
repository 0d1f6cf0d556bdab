import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { systemClock } from '../platform/clock.ts';
import { deskCaller, retryAfter } from './desk-caller.ts';
import { networkGuard } from './network-guard.ts';

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

test('the desk’s own endpoint is known however its address is written', () => {
  const guard = networkGuard([], () => ['http://LOCALHOST:80/desk/hooks/start']);
  assert.equal(guard.isOwn(new URL('http://localhost/desk/hooks/start')), true);
  assert.equal(guard.isOwn(new URL('http://localhost/desk/hooks/start?x')), false);
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
