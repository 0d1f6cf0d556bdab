// What passes between both sides beside messages: typing, ticks, tabs of one live agent that stay in step.
import assert from 'node:assert/strict';
import { test } from 'node:test';
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
