// What the chat makes of a stream that is written here: days, and news for somebody who looks elsewhere.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page, WebSocketRoute } from 'playwright-core';
import type { ServerFrame } from '../../src/contract/frames.ts';
import { until } from '../house/kit/until.ts';
import { assertAccessible } from './kit/axe.ts';
import { needsBrowser, openBrowser, openPage } from './kit/browser.ts';
import { startDemo } from './kit/program.ts';
import { ChatSide } from './kit/sides.ts';

const dayMs = 24 * 60 * 60 * 1000;
const daysAgo = (days: number): string => new Date(Date.now() - days * dayMs).toISOString();
const session = (seq: number, rest: object): ServerFrame =>
  ({ type: 'session', seq, status: 'AWAITING_INPUT', ...rest }) as ServerFrame;

/** A chat whose server the test plays. */
async function chatAt(page: Page, url: string): Promise<{ chat: ChatSide; tell: (...frames: ServerFrame[]) => void }> {
  let socket: WebSocketRoute | undefined;
  await page.routeWebSocket(/\/socket/, (opened) => {
    socket = opened;
  });
  const tell = (...frames: ServerFrame[]): void => {
    for (const frame of frames) socket?.send(JSON.stringify(frame));
  };
  await page.goto(`${url}/chat/support`);
  const chat = new ChatSide(page.locator('body'));
  await chat.say('Hi');
  await until('the chat has connected', async () => socket !== undefined);
  return { chat, tell };
}

test('a day stands above its first line, and the title counts what came meanwhile', needsBrowser, async (t) => {
  const program = await startDemo(t);
  const { page, faults } = await openPage(await openBrowser(t));
  const { chat, tell } = await chatAt(page, program.url);
  const said = (seq: number, days: number): ServerFrame => ({
    ...{ type: 'message', seq, from: 'virtual_agent', text: `Line ${seq}`, at: daysAgo(days) },
  });
  const joined = session(4, { owner: 'live_agent', handoff: { epoch: 1, state: 'connected' } });
  tell(said(1, 1), said(2, 1), joined, said(5, 1), said(6, 0), said(7, 0));
  await chat.sees('Line 7');
  assert.deepEqual(await page.locator('.chat-day').allTextContents(), ['Yesterday', 'Today']);
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { get: () => 'hidden', configurable: true });
  });
  assert.equal(await page.title(), 'Chat with Support');
  tell(said(8, 0), said(9, 0));
  await until('the title counts', async () => (await page.title()) === '(2) Chat with Support');
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { get: () => 'visible', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  assert.equal(await page.title(), 'Chat with Support');
  assert.deepEqual(faults, []);
});

test('a visitor is told since when the desk has not received, until it does again', needsBrowser, async (t) => {
  const program = await startDemo(t);
  const { page, faults } = await openPage(await openBrowser(t), { viewport: { width: 390, height: 844 } });
  const { chat, tell } = await chatAt(page, program.url);
  const state = (seq: number, rest: object = {}): ServerFrame =>
    session(seq, { owner: 'live_agent', handoff: { epoch: 1, state: 'connected', ...rest } });
  const at = daysAgo(0);
  const human: ServerFrame = {
    ...{ type: 'message', seq: 3, from: 'live_agent', text: 'Hello', liveAgent: { name: 'Robin' }, at },
  };
  tell(state(2), human, { type: 'message', seq: 4, from: 'user', text: 'Are you there?', at });
  await chat.sees('Are you there?');
  tell(state(5, { delayedSince: at }));
  const told = page.locator('.note', { hasText: 'has not received your messages since' });
  await told.waitFor();
  assert.match(
    await told.innerText(),
    /^Robin has not received your messages since \d\d:\d\d\. They are kept and will be delivered\.$/,
  );
  assert.match(await page.locator('.chat-who').innerText(), /You are talking with Robin/);
  assert.ok(await told.isVisible());
  await assertAccessible(page, 'a late desk');
  tell(state(6, { delayedSince: null }));
  await told.waitFor({ state: 'detached' });
  assert.deepEqual(faults, []);
});
