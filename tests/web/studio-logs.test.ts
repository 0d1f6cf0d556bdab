// What somebody reads who wants to know how a conversation went: all of it, on one line of time.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { openSocket } from '../house/kit/end-user.ts';
import { until } from '../house/kit/until.ts';
import { assertAccessible } from './kit/axe.ts';
import { needsBrowser } from './kit/browser.ts';
import { playable, wholeTalk } from './kit/desk-story.ts';
import { assertNothingSticksOut } from './kit/fits.ts';
import { openStudio, type StudioKit } from './kit/studio.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const goToSession = (page: Page, { program }: StudioKit, id: string, query = '') =>
  page.goto(`${program.url}/studio/sessions/${id}${query}`);

test('a time line shows bot, human and bot again, with nodes, parameters and a dead call', needsBrowser, async (t) => {
  const studio = await openStudio(t);
  const { page, faults } = studio;
  const story = await playable(t, studio);
  const talk = await wholeTalk(story);
  await goToSession(page, studio, talk.id);
  const said = page.locator('.said');
  await said.getByText('Anything else?').waitFor();
  const speakers = await said.locator('.said-by > span[dir]').allTextContents();
  assert.deepEqual(speakers, [
    ...['Virtual agent', 'Virtual agent', 'End user', 'Virtual agent', 'End user', 'Virtual agent'],
    ...['Ada', 'End user', 'Ada', 'Virtual agent', 'Virtual agent'],
  ]);
  const episode = page.locator('.episode');
  await episode.getByRole('heading', { name: 'Handoff 1' }).waitFor();
  assert.deepEqual(await episode.locator('.message-text').allTextContents(), [
    'Hello, this is Ada.',
    'dead letter',
    'I look after it.',
  ]);
  await episode.getByText(/connected after .* first answer after .* took/).waitFor();
  await page.locator('.line', { hasText: 'Collect input more' }).waitFor();
  await page.locator('.line', { hasText: 'STATUS = on its way' }).waitFor();
  await page.locator('.line', { hasText: /Webhook look asked, answered after/ }).waitFor();
  await page.locator('.line', { hasText: /wish understood as refund/ }).waitFor();
  await said.first().getByRole('img', { name: /^Read/ }).waitFor();
  await said.last().getByRole('img', { name: 'Sent' }).waitFor();
  await episode.locator('.said', { hasText: 'dead letter' }).getByText('The desk answered 404.').waitFor();

  await episode.getByRole('link', { name: 'Inbound transfer' }).click();
  const panel = page.getByRole('dialog');
  await panel.getByRole('button', { name: 'Replay' }).waitFor();
  story.desk.behave = () => ({ status: 200, body: '{}' });
  await panel.getByRole('button', { name: 'Replay' }).click();
  await panel.getByText('Delivered', { exact: true }).waitFor();
  await panel.getByRole('button', { name: 'Close' }).click();
  await page.getByText('A dead call was replayed').waitFor();
  await until('the message owes nothing any more', async () => (await episode.locator('.owing').count()) === 0);
  assert.deepEqual(faults, []);
});

test('what is told beside the conversation is chosen, and the choice survives a reload', needsBrowser, async (t) => {
  const studio = await openStudio(t);
  const { page } = studio;
  const story = await playable(t, studio);
  const talk = await wholeTalk(story);
  await goToSession(page, studio, talk.id);
  const counts = () =>
    Promise.all(['steps', 'parameters', 'delivery'].map((kind) => page.locator(`[data-kind=${kind}]`).count()));
  await page.locator('.said').last().waitFor();
  assert.ok((await counts()).every((count) => count > 0));
  await page.locator('summary', { hasText: '2 steps' }).click();
  await page.getByText('Conditions check').waitFor();
  for (const name of ['Nodes', 'Parameters', 'Deliveries']) await page.getByRole('checkbox', { name }).uncheck();
  assert.deepEqual(await counts(), [0, 0, 0]);
  await page.reload();
  await page.locator('.said').last().waitFor();
  assert.deepEqual(await counts(), [0, 0, 0]);
  assert.equal(await page.locator('.owing').count(), 0);
  await page.getByRole('checkbox', { name: 'Nodes' }).check();
  assert.ok((await counts())[0]);
  assert.equal(new URL(page.url()).search, '?hide=parameters%2Cdeliveries');
});

test('an open session is renewed while it is seen, and its end is told', needsBrowser, async (t) => {
  const studio = await openStudio(t);
  const { page, faults } = studio;
  const story = await playable(t, studio);
  const talk = await story.connect();
  await page.clock.install();
  await goToSession(page, studio, talk.id);
  await page.getByText('no answer yet').waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  await story.outbound(talk, 'I am here.');
  await page.clock.runFor(3_000);
  await page.locator('.episode .said').getByText('I am here.').waitFor();
  await story.disconnect(talk);
  talk.user.say('no, thank you');
  await talk.user.waitFor('the end', (frame) => frame.type === 'session' && frame.status === 'ENDED');
  await story.owes('owed', 0);
  await page.clock.runFor(3_000);
  await page.getByText('The flow ended the session').waitFor();
  await page.getByText('Parameters at the end').waitFor();
  await until('nothing more is awaited', async () => (await page.getByText('Live', { exact: true }).count()) === 0);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.clock.runFor(30_000);
  // Who is signed in is asked on every page.
  assert.deepEqual(
    asked.filter((path) => path !== '/me'),
    [],
    'what is over is not asked for again',
  );
  assert.deepEqual(faults, []);
});

test('what was not to be kept says so once the session has ended', needsBrowser, async (t) => {
  const studio = await openStudio(t);
  const { page } = studio;
  const story = await playable(t, studio, { saveChat: false });
  const talk = await story.connect();
  await story.outbound(talk, 'a secret');
  talk.user.send({ type: 'end' });
  await talk.user.waitFor('the end', (frame) => frame.type === 'session' && frame.status === 'ENDED');
  await goToSession(page, studio, talk.id);
  await page.locator('.said').getByText('Not kept:').waitFor();
  await page.locator('.episode').getByText('Messages are not kept').waitFor();
  assert.equal(await page.getByText('a secret').count(), 0);
});

test('the log is exported whole', needsBrowser, async (t) => {
  const studio = await openStudio(t);
  const { page, call } = studio;
  const story = await playable(t, studio);
  const talk = await wholeTalk(story);
  await goToSession(page, studio, talk.id);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export JSON' }).click(),
  ]);
  assert.equal(download.suggestedFilename(), `session-${talk.id}.json`);
  const exported = JSON.parse(await readFile(await download.path(), 'utf8'));
  const { events } = await call<{ events: unknown[] }>('GET', `/sessions/${talk.id}/events?limit=1000`);
  assert.deepEqual(exported.events, events);
  assert.equal(exported.session.id, talk.id);
});

/** A flow that goes through ninety nodes for each word that is said. */
const circling = {
  name: 'Circling',
  parameters: [
    { name: 'WORD', kind: 'custom' },
    { name: 'TURNS', kind: 'custom' },
  ],
  start: 'ask',
  nodes: {
    ask: { type: 'collect-input', parameter: 'WORD', prompt: 'Go on.', outputs: { default: 'turn' } },
    turn: { type: 'counter', parameter: 'TURNS', limit: 90, outputs: { default: 'turn', reached: 'anew' } },
    anew: { type: 'reset-counter', parameter: 'TURNS', outputs: { default: 'ask' } },
  },
};

test('a log of thousands of events is read on when somebody asks', needsBrowser, async (t) => {
  const studio = await openStudio(t);
  const { page, program, call } = studio;
  await call('PUT', '/agents/circling', circling);
  const { session_id: id, session_token } = await call<{ session_id: string; session_token: string }>(
    'POST',
    '/http/init',
    { agent_id: 'circling' },
  );
  const user = openSocket(program.url, id, session_token);
  t.after(() => user.close());
  for (let word = 0; word < 20; word += 1) user.say(`word ${word}`);
  const heard = () => user.texts().filter((text) => text === 'Go on.').length;
  await until('all was asked', () => heard() === 21);
  await goToSession(page, studio, id);
  await page.getByText('The first 3,000 events are shown.').waitFor();
  assert.equal(await page.locator('.said').getByText('word 19').count(), 0);
  await page.getByRole('button', { name: 'Load more' }).click();
  await page.locator('.said').getByText('word 19', { exact: true }).waitFor();
  const words = await page.locator('.said[data-from=user] .message-text').allTextContents();
  assert.deepEqual(
    words,
    Array.from({ length: 20 }, (_, word) => `word ${word}`),
  );
  assert.equal(await page.getByRole('button', { name: 'Load more' }).count(), 0);
});

test('axe finds nothing, light and dark, and at phone width all of it fits', needsBrowser, async (t) => {
  const studio = await openStudio(t, phone);
  const { page, faults } = studio;
  const story = await playable(t, studio);
  const talk = await wholeTalk(story);
  talk.user.say(`${'w'.repeat(400)} https://example.com/${'x'.repeat(200)}`);
  await talk.user.waitFor('the end', (frame) => frame.type === 'session' && frame.status === 'ENDED');
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [width, height] of [
      [390, 844],
      [1440, 900],
    ] as const) {
      const moment = `${colorScheme}, ${width}`;
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      await goToSession(page, studio, talk.id);
      await page.getByText('The flow ended the session').waitFor();
      if (width < 640) await page.locator('.fold > summary').click();
      await page.getByText('System parameters').click();
      await page.locator('.steps summary').first().click();
      await assertNothingSticksOut(page, moment);
      await assertAccessible(page, moment);
    }
  }
  await goToSession(page, studio, '0198c0de-0000-7000-8000-000000000001');
  await page.getByText('This could not be loaded').waitFor();
  await assertAccessible(page, 'no session');
  assert.deepEqual(faults, []);
});
