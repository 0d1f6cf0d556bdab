import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { call, serverNow } from './desk-calls.ts';

test('the time is the server’s, whatever the browser’s clock says', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.parse('2026-11-24T08:00:00.200Z') });
  const answerOf = (date: string) => async () => new Response('{}', { headers: { date } });
  const fetch = t.mock.method(globalThis, 'fetch', answerOf('Tue, 24 Nov 2026 08:00:01 GMT'));
  await call('GET', 'https://desk.example/');
  assert.equal(serverNow(), Date.now(), 'a second is the network’s');
  fetch.mock.mockImplementation(answerOf('Tue, 24 Nov 2026 07:45:00 GMT'));
  await call('GET', 'https://desk.example/');
  assert.equal(new Date(serverNow()).toISOString(), '2026-11-24T07:45:00.500Z');
  t.mock.timers.tick(60_000);
  assert.equal(new Date(serverNow()).toISOString(), '2026-11-24T07:46:00.500Z');
});
