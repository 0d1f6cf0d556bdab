// What passes between both sides beside messages: typing, ticks, tabs that stay in step, holes.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { callHook, inboundBody, startBody } from '../desk/kit/signed.ts';
import { needsBrowser, openBrowser, openPage } from './kit/browser.ts';
import { startDemo } from './kit/program.ts';
import { ChatSide, DeskSide } from './kit/sides.ts';

test('typing is seen, ticks move, and two tabs of the desk stay in step', needsBrowser, async (t) => {
  const program = await startDemo(t);
  const { page, faults } = await openPage(await openBrowser(t));
  await page.goto(program.url);
  const chat = new ChatSide(page.locator('#side-customer'));
  const desk = new DeskSide(page.locator('#side-desk'));
  await chat.say('My wifi is down');
  await chat.sees('What is your name?');
  await chat.say('Ada');
  await chat.sees('Thank you. One moment, a colleague takes over.');
  await desk.choose('Ada');
  const second = await page.context().newPage();
  await second.goto(`${program.url}/desk`);
  const otherTab = new DeskSide(second.locator('body'));
  await otherTab.choose('Ada');
  await otherTab.root.getByRole('button', { name: 'Take', exact: true }).click();
  await desk.root.getByText('With you').waitFor();

  await desk.root.getByRole('textbox', { name: 'Your reply' }).pressSequentially('Good morn');
  await chat.root.locator('.typing').waitFor();
  await desk.say('Good morning');
  await chat.root.locator('.typing').waitFor({ state: 'hidden' });
  await otherTab.shows(['Good morning']);
  await page.bringToFront();
  await desk.ticks('Read');
  await otherTab.ticks('Read');
  await otherTab.say('Which lights are on?');
  await chat.say('Only the red one');
  await desk.sees('Only the red one');
  await otherTab.sees('Only the red one');
  assert.deepEqual(await otherTab.texts(), await desk.texts());
  await desk.handBack();
  await otherTab.root.getByText('Handed back to the virtual agent').first().waitFor();
  assert.deepEqual(faults, []);
});

test('a message that is missing is shown as missing until it comes, and then in its place', needsBrowser, async (t) => {
  const program = await startDemo(t);
  const { page, faults } = await openPage(await openBrowser(t));
  await page.goto(program.url);
  await page.getByText('All quiet').waitFor();
  const [, key = ''] = /BATON_KEY=(\S+)/.exec(program.printed()) ?? [];
  const answer = await fetch(`${program.url}/agents/support/secrets`, { headers: { 'x-vgai-key': key } });
  const { secrets } = (await answer.json()) as { secrets: { secret: string }[] };
  const secret = secrets[0]?.secret ?? '';
  const id = randomUUID();
  const call = async (kind: string, body: object): Promise<void> => {
    assert.equal((await callHook(program.url, { kind, body, secret })).status, 200);
  };
  await call('start', startBody(id));
  await call('inbound', inboundBody(id, 12, 10));
  await call('inbound', inboundBody(id, 16, 14));
  const desk = new DeskSide(page.locator('#side-desk'));
  await desk.choose('Customer');
  await desk.shows(['message 12', 'message 16']);
  const missing = desk.root.getByText('One or more messages are missing here.');
  await missing.waitFor();
  await call('inbound', inboundBody(id, 14, 12));
  await desk.shows(['message 12', 'message 14', 'message 16']);
  await missing.waitFor({ state: 'hidden' });
  assert.deepEqual(faults, []);
});
