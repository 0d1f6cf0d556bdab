import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { fastify } from 'fastify';
import { createDesk } from '../../src/desk/desk.ts';
import { startDeskServer } from '../../src/desk/desk-server.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLog } from '../../src/platform/log.ts';
import { openPageFiles } from '../../src/platform/page-files.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { openClient } from '../house/kit/client.ts';
import { accountKey } from '../house/kit/house.ts';
import { until } from '../house/kit/until.ts';
import { openBrowser } from './kit/browser.ts';
import { officeFor } from './kit/office.ts';

test('a page of another site changes nothing, though the browser sends its cookie', async (t) => {
  const office = await officeFor(t);
  const talk = await office.arrive();
  const path = `/desk/api/conversations/${talk.at}/end`;
  const foreign = { origin: 'https://evil.example' };
  for (const headers of [
    { 'sec-fetch-site': 'cross-site', ...foreign },
    { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:1' },
    { 'sec-fetch-site': 'none' },
  ]) {
    const answer = await office.browser.post(path, {}, headers);
    assert.deepEqual([answer.status, answer.body.code], [403, 'origin-refused'], JSON.stringify(headers));
  }
  const client = openClient();
  t.after(client.close);
  const ask = (headers: object, asking: object = {}) =>
    client.ask('POST', `${office.url}${path}`, { headers: { cookie: office.browser.cookie(), ...headers }, ...asking });
  assert.equal((await ask(foreign)).status, 403, 'an old browser names the origin only');
  assert.equal((await ask({ origin: 'null' })).status, 403);
  assert.equal((await ask({})).status, 403, 'nothing says whose page it is');
  assert.equal((await ask({ origin: office.url, 'content-type': 'text/plain' }, { raw: 'a=b' })).status, 415);
  assert.equal((await office.browser.story(talk.at)).conversation.ending, false);
  assert.equal((await ask({ origin: office.url })).status, 200, 'the desk itself may');
});

test('a foreign name that points to this machine opens nothing', async (t) => {
  const office = await officeFor(t);
  const { port } = new URL(office.url);
  const as = (path: string, host: string) => office.browser.get(path, { host });
  for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1:1', `127.0.0.1.evil.example:${port}`]) {
    for (const path of ['/desk', '/desk/api/me', '/desk/api/stream']) {
      const answer = await as(path, host);
      assert.deepEqual([answer.status, answer.body.code], [403, 'host-refused'], `${host} ${path}`);
    }
  }
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, `LOCALHOST:${port}`]) {
    assert.equal((await as('/desk/api/me', host)).status, 200, host);
  }
});

test('nobody who is signed out learns or changes anything', async (t) => {
  const office = await officeFor(t);
  const talk = await office.arrive();
  const stranger = office.openBrowser();
  const at = `/desk/api/conversations/${talk.at}`;
  const answers = [
    ...(await Promise.all(
      ['/desk/api/me', '/desk/api/sync', '/desk/api/stream', at].map((path) => stranger.get(path)),
    )),
    ...(await Promise.all(['take', 'typing', 'end', 'messages'].map((verb) => stranger.post(`${at}/${verb}`, {})))),
  ];
  for (const { status, body } of answers) assert.deepEqual([status, body.code], [401, 'signed-out']);
});

test('pages that are not built say how to build them, and are served when they are', async (t) => {
  const office = await officeFor(t);
  const missing = await office.browser.get('/desk');
  assert.equal(missing.status, 503);
  assert.match(missing.body.message ?? '', /npm run build/);
  await office.stop();
  mkdirSync(join(office.folder, 'pages/assets'), { recursive: true });
  writeFileSync(join(office.folder, 'pages/desk.html'), '<title>Desk</title>');
  writeFileSync(join(office.folder, 'pages/assets/desk-1.js'), 'void 0;');
  await office.start();
  for (const path of ['/desk', '/desk/']) {
    const page = await office.browser.get(path);
    assert.deepEqual([page.status, page.text], [200, '<title>Desk</title>']);
    assert.match(String(page.headers['content-security-policy']), /default-src 'self'/);
    const again = await office.browser.get(path, { 'if-none-match': String(page.headers.etag) });
    assert.equal(again.status, 304);
  }
  assert.equal((await office.browser.get('/assets/desk-1.js')).text, 'void 0;');
  assert.equal((await office.browser.get('/assets/..%2F..%2Fdesk.sqlite')).status, 404);
});

test('a port that is taken, and a folder that is in use, are said in a sentence', async (t) => {
  const office = await officeFor(t);
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.after(() => taken.close());
  const address = taken.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const start = (dataFolder: string) =>
    startDeskServer({
      ...{ host: '127.0.0.1', port, url: null, trustProxy: null, dataFolder, key: accountKey },
      ...{ routerUrl: () => office.house.url, pages: openPageFiles('nowhere'), log: silentLog },
      ...{ clock: systemClock(), random: systemRandom() },
    });
  await assert.rejects(start(join(office.folder, 'another')), /Port \d+ on 127\.0\.0\.1 is in use/);
  await assert.rejects(start(join(office.folder, 'another')), /Port \d+/, 'the folder was let go');
  await assert.rejects(start(office.folder), /in use by another Baton/);
});

test('a desk on another server changes nothing for its other routes, and does not hold it up', async (t) => {
  const office = await officeFor(t);
  const server = fastify();
  let url = '';
  const folder = join(office.folder, 'mounted');
  mkdirSync(folder);
  const desk = await createDesk({
    ...{ dataFolder: folder, routerUrl: () => office.house.url, key: accountKey, url: () => url, accounts: 'own' },
    ...{ clock: systemClock(), random: systemRandom(), log: silentLog, pages: openPageFiles('nowhere') },
  });
  server.post('/other', async (request) => ({ got: request.body }));
  desk.mount(server);
  url = await server.listen({ host: '127.0.0.1', port: 0 });
  desk.start();
  const browser = openBrowser(() => url);
  t.after(browser.close);
  assert.deepEqual((await browser.post('/other', { a: 1 })).body, { got: { a: 1 } });
  assert.match((await browser.get('/elsewhere')).text, /Route GET:\/elsewhere not found/);
  assert.equal((await browser.followLink(desk.links?.signIn() ?? '')).status, 200);
  const stream = await browser.stream();
  await until('it begins', () => stream.syncs.length > 0);
  await server.close();
  await until('it ends', () => stream.isOver());
  await desk.stop();
});
