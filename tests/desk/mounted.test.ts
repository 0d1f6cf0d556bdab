import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fastify } from 'fastify';
import { startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { AnswerError } from '../../src/contract/errors.ts';
import { createDesk } from '../../src/desk/desk.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLog } from '../../src/platform/log.ts';
import { openPageFiles } from '../../src/platform/page-files.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { openClient } from '../house/kit/client.ts';
import { openSocket } from '../house/kit/end-user.ts';
import { supportFlow } from '../house/kit/flows.ts';
import { accountKey } from '../house/kit/house.ts';
import { until } from '../house/kit/until.ts';
import { openBrowser, textsOf, untilStory } from './kit/browser.ts';

test('a desk in the process of the router, on its address, which stops at once with streams open', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-mounted-'));
  t.after(() => rmSync(folder, { recursive: true }));
  let url = (): string => '';
  const desk = await createDesk({
    ...{ dataFolder: folder, routerUrl: () => url(), url: () => url(), key: accountKey },
    ...{ clock: systemClock(), random: systemRandom(), log: silentLog, pages: openPageFiles('nowhere') },
  });
  const environment = {
    ...{ PORT: '0', BATON_DATA: folder, BATON_KEY: accountKey, BATON_SECRET: 'a-secret-for-tests-only' },
    ...{ BATON_ALLOW_NETWORKS: '127.0.0.1/32' },
  };
  const app = await startApp(readConfig(environment), {
    log: silentLog,
    mount: (server, known) => {
      url = known;
      desk.mount(server);
    },
  });
  const client = openClient();
  const browser = openBrowser(() => app.url);
  let stopped: Promise<void> | null = null;
  const stop = (): Promise<void> => {
    stopped ??= app.stop();
    return stopped;
  };
  t.after(async () => {
    client.close();
    browser.close();
    await stop();
  });
  desk.start();
  assert.match(desk.setupLink() ?? '', new RegExp(`^${app.url}/desk#setup=`));
  const headers = { 'x-vgai-key': accountKey };
  const flow = supportFlow({ url: (kind) => desk.endpoints()[kind] });
  assert.equal((await client.ask('PUT', `${app.url}/agents/support`, { headers, json: flow })).status, 200);
  const json = { agent_id: 'support' };
  type Init = { session_id: string; session_token: string };
  const { body } = await client.ask<Init>('POST', `${app.url}/http/init`, { headers, json });
  const user = openSocket(app.url, body.session_id, body.session_token);
  await user.hears('Hello.');
  user.say('my wifi is down');
  await user.sees('connected');

  await browser.followLink(desk.signInLink());
  const stream = await browser.stream(0);
  const id = `${body.session_id}.1`;
  await browser.say(id, 'client-0001', 'Hi');
  await user.hears('Hi');
  user.say('thanks');
  await untilStory(browser, id, 'the answer arrives', (story) => textsOf(story).includes('thanks'));
  await until('the stream tells it', () => stream.entries().size === 2);
  const begun = performance.now();
  await user.close();
  await stop();
  assert.ok(performance.now() - begun < 2_500, 'nothing holds the stop up');
  await until('the stream ends', () => stream.isOver());
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
