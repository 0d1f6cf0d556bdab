// Connections that die without being closed: the page notices by itself, and nothing is lost or told twice.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../house/kit/until.ts';
import { needsBrowser, openBrowser, openPage } from './kit/browser.ts';
import { startDemo } from './kit/program.ts';
import { ChatSide } from './kit/sides.ts';

test('a chat whose connection fell silent connects anew and goes on after what it has', needsBrowser, async (t) => {
  const program = await startDemo(t);
  const { page, faults } = await openPage(await openBrowser(t));
  await page.clock.install();
  let connections = 0;
  let [pings, pongs] = [0, 0];
  let dead = false;
  await page.routeWebSocket(/\/socket/, (opened) => {
    connections += 1;
    const [own, server] = [connections, opened.connectToServer()];
    const isSilent = (): boolean => dead && own === 1;
    opened.onMessage((data) => {
      if (isSilent()) return;
      if (String(data).includes('"ping"')) pings += 1;
      server.send(data);
    });
    server.onMessage((data) => {
      if (isSilent()) return;
      if (String(data).includes('"pong"')) pongs += 1;
      opened.send(data);
    });
  });
  await page.goto(`${program.url}/chat/support`);
  const chat = new ChatSide(page.locator('body'));
  await chat.say('Hi');
  await chat.sees('What is your name?');
  for (let seconds = 0; seconds < 150; seconds += 5) {
    await page.clock.runFor(5_000);
    await until('it is answered', () => pongs === pings);
  }
  assert.equal(connections, 1, 'one that is answered stays');
  assert.ok(pings >= 4, `${pings} pings`);
  dead = true;
  await page.clock.runFor(29_000);
  assert.equal(connections, 1);
  await page.clock.runFor(30_000);
  await until('it connects anew', () => connections === 2);
  await chat.say('Ada');
  await chat.sees('What can we do for you?');
  const texts = await chat.texts();
  assert.equal(new Set(texts).size, texts.length);
  assert.deepEqual(faults, []);
});

test('a visitor who comes back to a chat that died meanwhile is connected within seconds', needsBrowser, async (t) => {
  const program = await startDemo(t);
  const { page } = await openPage(await openBrowser(t));
  await page.clock.install();
  let connections = 0;
  await page.routeWebSocket(/\/socket/, (opened) => {
    connections += 1;
    const own = connections;
    const server = opened.connectToServer();
    opened.onMessage((data) => {
      if (own > 1 || !String(data).includes('"ping"')) server.send(data);
    });
  });
  await page.goto(`${program.url}/chat/support`);
  const chat = new ChatSide(page.locator('body'));
  await chat.say('Hi');
  await chat.sees('What is your name?');
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await page.clock.runFor(12_000);
  await until('it connects anew', () => connections === 2);
});
