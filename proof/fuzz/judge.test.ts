// The fuzzer is worth what it can see: each kind of trouble, planted.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { openApi } from '../../src/contract/openapi.ts';
import { difference, Fingerprint } from './fingerprint.ts';
import { judge, operationFor } from './judge.ts';
import { routerOperations } from './operations.ts';
import type { Talk } from './socket.ts';
import { judgeTalk } from './talk-judge.ts';
import type { Answer } from './wire.ts';

const operations = routerOperations(openApi('0'));

function kindOf(method: string, path: string, status: number, body: unknown, type = 'application/json'): string | null {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer: Answer = { status, headers: new Map([['content-type', type]]), body: text };
  const asked = { method, path, operation: operationFor(operations, method, path) };
  return judge(asked, { answers: [answer], closed: false, late: false })?.kind ?? null;
}

const refusal = (statusCode: number) => ({ statusCode, error: 'No', code: 'no', message: 'Say something else.' });

test('what is as described is no trouble', () => {
  assert.equal(kindOf('GET', '/health', 200, { status: 'ok' }), null);
  assert.equal(kindOf('GET', '/agents', 401, refusal(401)), null);
  assert.equal(kindOf('DELETE', '/agents/x', 204, '', ''), null);
  assert.equal(kindOf('GET', '/nowhere', 404, refusal(404)), null);
});

test('a 5xx, another form, another status and another type are trouble', () => {
  assert.equal(kindOf('GET', '/agents', 500, refusal(500)), '500 listAgents');
  assert.equal(kindOf('GET', '/agents', 503, refusal(503)), '503 listAgents');
  assert.equal(kindOf('GET', '/agents', 418, refusal(418)), 'undocumented 418 listAgents');
  assert.match(kindOf('GET', '/agents', 200, { agents: [{}] }) ?? '', /form that is described/);
  assert.match(kindOf('GET', '/agents', 200, { agents: [] }, 'text/html') ?? '', /no JSON/);
  assert.match(kindOf('GET', '/agents', 401, { ...refusal(401), code: undefined }) ?? '', /form of the contract/);
  assert.match(kindOf('GET', '/agents', 401, refusal(403)) ?? '', /another status/);
  assert.match(kindOf('GET', '/agents', 401, '<p>No.</p>', 'text/html') ?? '', /no JSON/);
  assert.match(kindOf('DELETE', '/agents/x', 204, 'gone', '') ?? '', /a body/);
});

test('silence and a connection that is closed are trouble', () => {
  const asked = { method: 'GET', path: '/health', operation: operationFor(operations, 'GET', '/health') };
  assert.equal(judge(asked, { answers: [], closed: true, late: false })?.kind, 'no answer health');
  assert.equal(judge(asked, { answers: [], closed: false, late: true })?.kind, 'late health');
});

const talk: Talk = { status: 101, head: '', refusal: '', frames: [], code: null, pongs: 1, isLate: false };

test('an unknown frame, a busy server and an unknown close are trouble', () => {
  assert.equal(judgeTalk(talk), null);
  assert.equal(judgeTalk({ ...talk, frames: ['{"type":"accepted","id":"m1","seq":3}'], code: 4410 }), null);
  assert.equal(judgeTalk({ ...talk, code: 1011 })?.kind, 'close 1011');
  assert.equal(judgeTalk({ ...talk, frames: ['{"type":"bogus"}'] })?.kind, 'A frame is of no known type');
  const busy = '{"type":"error","code":"unavailable","message":"Send it again."}';
  assert.equal(judgeTalk({ ...talk, frames: [busy] })?.kind, 'error frame unavailable');
  assert.match(judgeTalk({ ...talk, status: 400, refusal: 'No.' })?.kind ?? '', /without the form/);
});

test('one row that changed is seen, the tries of a call are not', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-fingerprint-'));
  const [router, desk] = ['baton.sqlite', 'desk.sqlite'].map((name) => new DatabaseSync(join(folder, name)));
  router?.exec('CREATE TABLE deliveries (id TEXT, state TEXT, attempts INTEGER)');
  desk?.exec('CREATE TABLE entries (id TEXT)');
  const prints = new Fingerprint(folder);
  t.after(() => {
    for (const one of [prints, router, desk]) one?.close();
    rmSync(folder, { recursive: true });
  });
  router?.exec("INSERT INTO deliveries VALUES ('a', 'owed', 0)");
  const [before, version] = [prints.take(), prints.version()];
  router?.exec('UPDATE deliveries SET attempts = 1');
  assert.notEqual(prints.version(), version);
  assert.equal(difference(before, prints.take()), '');
  router?.exec("UPDATE deliveries SET state = 'dead'");
  assert.match(difference(before, prints.take()), /^deliveries: 1 rows/);
  desk?.exec("INSERT INTO entries VALUES ('x')");
  assert.match(difference(before, prints.take()), /desk\.entries: 0 rows/);
});
