// The desk in the process of the router: the router's people sit at it, and nobody else.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fastify } from 'fastify';
import type { DeskMe } from '../../src/contract/desk-api.ts';
import { AnswerError } from '../../src/contract/errors.ts';
import { roles } from '../../src/contract/people/roles.ts';
import { createDesk } from '../../src/desk/desk.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { handClock } from '../../src/platform/hand-clock.ts';
import { silentLog } from '../../src/platform/log.ts';
import { openPageFiles } from '../../src/platform/page-files.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { openClient } from '../house/kit/client.ts';
import { accountKey } from '../house/kit/house.ts';
import { until } from '../house/kit/until.ts';
import { textsOf, untilStory } from './kit/browser.ts';
import { mountedFor } from './kit/mounted.ts';
import { openRoad, type Road } from './kit/road.ts';

const signInAt = '/studio/sign-in?next=/desk';

test('a desk in the process of the router, on its address, which stops at once with streams open', async (t) => {
  const mounted = await mountedFor(t);
  const browser = await mounted.owner();
  const { user, at } = await mounted.arrive();
  const stream = await browser.stream(0);
  await browser.say(at, 'client-0001', 'Hi');
  await user.hears('Hi');
  user.say('thanks');
  await untilStory(browser, at, 'the answer arrives', (story) => textsOf(story).includes('thanks'));
  await until('the stream tells it', () => stream.entries().size === 2);
  const begun = performance.now();
  await user.close();
  await mounted.stop();
  assert.ok(performance.now() - begun < 2_500, 'nothing holds the stop up');
  await until('the stream ends', () => stream.isOver());
});

test('who is not signed in is told where, and the desk signs nobody in itself', async (t) => {
  const mounted = await mountedFor(t);
  const browser = mounted.openBrowser();
  const { status, body } = await browser.get<{ code: string; signInAt: string }>('/desk/api/me');
  assert.deepEqual([status, body.code, body.signInAt], [401, 'signed-out', signInAt]);
  const token = await mounted.app.people.ownersSignInToken();
  for (const path of ['/desk/api/link', '/desk/api/owner', '/desk/api/sign-in']) {
    assert.equal((await browser.post(path, { token })).body.code, 'route-not-found', path);
  }
  assert.equal(mounted.desk.links, null);
  await browser.post('/sign-in/link', { token });
  const me = await browser.get<DeskMe>('/desk/api/me');
  assert.deepEqual([me.body.person.name, me.body.signInAt], ['Robin', signInAt]);
});

test('everybody but a viewer may sit at the desk, under their own name', async (t) => {
  const mounted = await mountedFor(t);
  await mounted.owner();
  for (const role of roles.slice(1)) {
    const browser = await mounted.colleague(role);
    const { status, body } = await browser.get<DeskMe & { code: string; message: string }>('/desk/api/me');
    if (role === 'viewer') {
      assert.deepEqual([status, body.code], [403, 'role-missing']);
      assert.match(body.message, /viewer.*live-agent/);
      assert.equal((await browser.get('/desk/api/stream')).body.code, 'role-missing');
    } else assert.deepEqual([status, body.person], [200, { id: browser.id, name: `The ${role}` }]);
  }
});

test('who signs out at the desk is signed out everywhere in that browser, and the streams end', async (t) => {
  const mounted = await mountedFor(t);
  const browser = await mounted.owner();
  const cookie = browser.cookie();
  const stream = await browser.stream();
  const answer = await browser.post('/desk/api/sign-out');
  assert.equal(answer.status, 204);
  assert.match(answer.headers['set-cookie']?.[0] ?? '', /=; Max-Age=0/);
  await until('the stream ends', () => stream.isOver());
  for (const path of ['/me', '/desk/api/me']) {
    assert.equal((await browser.get(path, { cookie })).body.code, 'signed-out', path);
  }
  assert.equal((await mounted.openBrowser().post('/desk/api/sign-out')).status, 204, 'nobody may sign out too');
});

for (const [how, end] of [
  ['signs out elsewhere', 'sign-out'],
  ['is removed', 'remove'],
  ['becomes a viewer', 'viewer'],
] as const) {
  test(`who ${how} is away from the desk within seconds, streams too`, async (t) => {
    const clock = handClock(Date.now());
    const mounted = await mountedFor(t, { clock });
    const owner = await mounted.owner();
    const browser = await mounted.colleague('live-agent');
    const stream = await browser.stream();
    await until('it begins', () => stream.syncs.length > 0);
    const cookie = browser.cookie();
    if (end === 'sign-out') await browser.post('/sign-out');
    if (end === 'remove') await mounted.app.people.remove(browser.id);
    if (end === 'viewer') await mounted.app.people.change(browser.id, { role: 'viewer' });
    clock.advance(4_000);
    await until('the stream ends', () => stream.isOver());
    const code = end === 'viewer' ? 'role-missing' : 'signed-out';
    assert.equal((await browser.get('/desk/api/me', { cookie })).body.code, code);
    assert.equal((await owner.get('/desk/api/me')).status, 200);
  });
}

test('a stream ends within five seconds, also when its sign-in was looked at just before it ended', async (t) => {
  const clock = handClock(Date.now());
  const mounted = await mountedFor(t, { clock });
  await mounted.owner();
  const browser = await mounted.colleague('live-agent');
  await browser.get('/desk/api/me');
  clock.advance(2_000);
  const stream = await browser.stream();
  await until('it begins', () => stream.syncs.length > 0);
  clock.advance(1_050);
  assert.equal((await browser.get('/desk/api/me')).status, 200);
  await mounted.app.people.remove(browser.id);
  for (const _ of Array(5)) clock.advance(1_000);
  await until('the stream ends', () => stream.isOver());
});

test('a call with a cookie that does not say from which page it comes does nothing at the desk', async (t) => {
  const mounted = await mountedFor(t);
  const browser = await mounted.owner();
  const { at } = await mounted.arrive();
  const cookie = browser.cookie();
  const client = openClient();
  t.after(client.close);
  for (const path of [`/desk/api/conversations/${at}/take`, '/desk/api/sign-out']) {
    const { status, body } = await client.ask('POST', `${mounted.app.url}${path}`, { headers: { cookie } });
    assert.deepEqual([status, body.code], [403, 'origin-refused'], path);
  }
  assert.equal((await browser.get('/desk/api/me')).status, 200);
  assert.equal((await browser.story(at)).conversation.state, 'waiting');
});

test('a cookie that the router gives anew while only a stream asks comes with the next answer', async (t) => {
  const begun = Date.now();
  const clock = handClock(begun);
  const mounted = await mountedFor(t, { clock });
  const browser = await mounted.owner();
  await browser.stream();
  assert.equal((await browser.get('/desk/api/me')).headers['set-cookie'], undefined);
  mounted.ask('UPDATE sign_ins SET refreshed_at = refreshed_at - 3600000');
  const prolonged = () =>
    mounted.ask('SELECT refreshed_at FROM sign_ins').every((row) => Number(row.refreshed_at) > begun);
  clock.advance(4_000);
  await until('the stream has asked', prolonged);
  const given = await until('the page gets it', async () => {
    return (await browser.get('/desk/api/me')).headers['set-cookie']?.[0];
  });
  assert.match(given, /Max-Age=2592000/);
  assert.equal((await browser.get('/desk/api/me')).headers['set-cookie'], undefined, 'once');
});

test('a router that does not say who is there cuts no stream, and lets nobody in', async (t) => {
  const clock = handClock(Date.now());
  const roads: Road[] = [];
  const road = async (url: () => string): Promise<string> => {
    const opened = await openRoad(t, url());
    roads.push(opened);
    return opened.url;
  };
  const mounted = await mountedFor(t, { clock, road });
  const browser = await mounted.owner();
  const stream = await browser.stream();
  await until('it begins', () => stream.syncs.length > 0);
  roads[0]?.make('/me', { status: 503 });
  const asked = () => roads[0]?.calls.filter((call) => call === 'GET /me').length ?? 0;
  const before = asked();
  clock.advance(4_000);
  await until('the router is asked', () => asked() > before);
  const { status, body, headers } = await browser.get('/desk/api/me');
  assert.deepEqual([status, body.code, headers['retry-after']], [503, 'unavailable', '1']);
  assert.equal(stream.isOver(), false);
  roads[0]?.make('/me', 'open');
  assert.equal((await browser.get('/desk/api/me')).status, 200);
});

test('what the server around the desk refuses by itself keeps its code at the desk', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-mounted-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const server = fastify();
  server.addHook('onRequest', async () => {
    throw new AnswerError('starting', 'The server is not ready yet; try again in a second.', {}, 1);
  });
  const desk = await createDesk({
    ...{ dataFolder: folder, routerUrl: () => 'http://127.0.0.1:9', url: () => 'http://127.0.0.1:9', key: accountKey },
    ...{ clock: systemClock(), random: systemRandom(), log: silentLog, pages: openPageFiles('nowhere') },
    accounts: 'own',
  });
  desk.mount(server);
  for (const [method, url] of [
    ['GET', '/desk'],
    ['GET', '/desk/api/me'],
    ['POST', '/desk/hooks/start'],
  ] as const) {
    const { statusCode, headers, json } = await server.inject({ method, url });
    assert.deepEqual([statusCode, json().code, headers['retry-after']], [503, 'starting', '1'], url);
  }
  await server.close();
});
