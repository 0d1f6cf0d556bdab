// What visitors and live agents wrote, wished or read, while the page or its network is interrupted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { until } from '../house/kit/until.ts';
import { type Closing, needsBrowser, openBrowser, openPage } from './kit/browser.ts';
import { type Program, startDemo } from './kit/program.ts';
import { ChatSide, DeskSide } from './kit/sides.ts';
import { signInByLink } from './kit/sign-in.ts';

type Customer = Readonly<{ page: Page; chat: ChatSide }>;

async function openChat(t: Closing, program: Program): Promise<Customer> {
  const { page } = await openPage(await openBrowser(t), { viewport: { width: 500, height: 600 } });
  await page.goto(`${program.url}/chat/support`);
  return { page, chat: new ChatSide(page.locator('body')) };
}

/** Until the virtual agent hands over. */
async function askForSomebody({ chat }: Customer): Promise<void> {
  await chat.say('Hi');
  await chat.sees('What is your name?');
  await chat.say('Ada');
  await chat.sees('What can we do for you?');
  await chat.say('My wifi is down');
  await chat.sees('Thank you. One moment, a colleague takes over.');
}

async function openDesk(t: Closing, program: Program): Promise<Readonly<{ page: Page; desk: DeskSide }>> {
  const { page } = await openPage(await openBrowser(t), { viewport: { width: 1100, height: 500 } });
  await signInByLink(page, program);
  await page.goto(`${program.url}/desk`);
  await page.getByText('All quiet').waitFor();
  return { page, desk: new DeskSide(page.locator('body')) };
}

test('a reply that is under way when the desk is loaded anew arrives once', needsBrowser, async (t) => {
  const program = await startDemo(t);
  const customer = await openChat(t, program);
  const { page, desk } = await openDesk(t, program);
  await askForSomebody(customer);
  await desk.choose('Ada');
  await page
    .getByText(/^waiting/)
    .first()
    .waitFor();
  await page.route('**/messages', (route) => route.abort());
  await desk.say('Hello Ada');
  await desk.ticks('Sending');
  await page.reload();
  await desk.sees('Hello Ada');
  await page.unroute('**/messages');
  await customer.chat.sees('Hello Ada');
  await desk.ticks('Read');
  await desk.shows(['Hello Ada']);
  assert.equal((await customer.chat.texts()).filter((text) => text === 'Hello Ada').length, 1);
  await desk.handBack();
  await until('the heading has the focus', () => page.evaluate(() => document.activeElement?.tagName === 'H2'));
});

test('news is what others say, and whoever reads on keeps the keyboard', needsBrowser, async (t) => {
  const program = await startDemo(t);
  const customer = await openChat(t, program);
  const { page, desk } = await openDesk(t, program);
  await customer.chat.say('Hi');
  await customer.chat.sees('What is your name?');
  await customer.chat.say('A\n'.repeat(30));
  await customer.chat.sees('What can we do for you?');
  await customer.chat.say('B\n'.repeat(30));
  await customer.chat.sees('Thank you. One moment, a colleague takes over.');
  await desk.root.getByRole('navigation').locator('.list-row').click();
  await desk.say('Hello');
  await desk.ticks('Read');
  const scroller = page.getByRole('log');
  await scroller.evaluate((element) => element.scrollTo(0, 0));
  await desk.say('My own line');
  await desk.ticks('Read');
  const news = page.getByRole('button', { name: 'New messages' });
  assert.equal(await news.count(), 0, 'what one writes is shown, not announced');
  await scroller.evaluate((element) => element.scrollTo(0, 0));
  await customer.chat.say('Something new');
  await news.click();
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('role')), 'log');
  await desk.sees('Something new');
});

test('the wish to end, and a line that was begun, outlive what interrupts them', needsBrowser, async (t) => {
  const { page, chat } = await openChat(t, await startDemo(t));
  await chat.say('Hi');
  await chat.sees('What is your name?');
  const field = page.getByRole('textbox', { name: 'Your message' });
  await field.fill('Begun');
  await page.reload();
  await chat.sees('What is your name?');
  assert.equal(await field.inputValue(), 'Begun');
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'End conversation' }).click();
  await page.context().setOffline(true);
  await chat.notes('Connection lost, trying again…');
  await page.getByRole('button', { name: 'End it' }).click();
  await page.context().setOffline(false);
  await chat.notes('You ended this conversation');
});

test('a chat begins whatever the storage holds', needsBrowser, async (t) => {
  const { page, chat } = await openChat(t, await startDemo(t));
  await page.evaluate(() => {
    const session = { sessionId: 's', token: 'not a token', expiresAt: '2999-01-01T00:00:00.000Z' };
    localStorage.setItem('baton.chat.support', JSON.stringify(session));
    localStorage.setItem('baton.chat.support.unsent', '{"a":[null]}');
  });
  await page.reload();
  await chat.say('Hi');
  await chat.sees('What is your name?');
});

test('a second handoff tells of both speakers, and unfolding it keeps the place', needsBrowser, async (t) => {
  const program = await startDemo(t);
  const customer = await openChat(t, program);
  const { page, desk } = await openDesk(t, program);
  await askForSomebody(customer);
  await until('the title counts who waits', async () => (await page.title()) === '(1) Desk');
  await desk.choose('Ada');
  await desk.say('Hello Ada');
  await desk.ticks('Read');
  await desk.handBack();
  await customer.chat.sees('I am back. Is all well now?');
  await customer.chat.say('no');
  await customer.chat.sees('I am sorry. I call a colleague again.');
  await desk.root.getByRole('navigation').locator('.list-row').first().click();
  await page.getByRole('heading', { name: 'Before you: the conversation so far' }).waitFor();
  const speakers = (await desk.before()).map(([speaker]) => speaker);
  assert.ok(speakers.includes('Support') && !speakers.includes('Virtual agent'));
  const log = page.getByRole('log');
  const all = page.getByRole('button', { name: /^Show all/ });
  await all.scrollIntoViewIfNeeded();
  const placeOf = async (): Promise<number> => (await page.locator('.before .link-button').boundingBox())?.y ?? -1;
  const before = await placeOf();
  await all.click();
  await page.getByText('Hello! I am the virtual agent here.').waitFor();
  await page.waitForFunction(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(() => drawn(true)))));
  const left = await log.evaluate(
    ({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight,
  );
  assert.ok(left > 0, 'there is more below');
  assert.ok(Math.abs((await placeOf()) - before) < 2);
});

test(
  'what could not be loaded is loaded when the desk is back, and no stale question is left',
  needsBrowser,
  async (t) => {
    const program = await startDemo(t);
    const customer = await openChat(t, program);
    const { page, desk } = await openDesk(t, program);
    await askForSomebody(customer);
    await desk.root.getByRole('navigation').getByRole('button', { name: 'Ada' }).waitFor();
    await program.kill();
    await desk.choose('Ada');
    await page.getByText('This conversation could not be loaded.').waitFor();
    await page.getByRole('button', { name: 'Take', exact: true }).click();
    await page.getByText('That did not work. Try again.').waitFor();
    await desk.say('Hello Ada');
    await program.start();
    await desk.sees('Hello Ada');
    await page.getByText('That did not work. Try again.').waitFor({ state: 'hidden' });
    await desk.ticks('Read');
    await page.getByRole('button', { name: 'Hand back' }).click();
    await page.getByRole('dialog').waitFor();
    await customer.page.getByRole('button', { name: 'More actions' }).click();
    await customer.page.getByRole('menuitem', { name: 'End conversation' }).click();
    await customer.page.getByRole('button', { name: 'End it' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await until('the heading has the focus', () => page.evaluate(() => document.activeElement?.tagName === 'H2'));
  },
);
