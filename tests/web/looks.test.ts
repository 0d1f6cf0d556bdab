// What the pages look like to those who see, hear or touch them: axe, phone width, keyboard, texts that would break out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible } from './kit/axe.ts';
import { needsBrowser, openBrowser, openPage } from './kit/browser.ts';
import { playHandover } from './kit/handover.ts';
import { type Program, startDemo, startProgram } from './kit/program.ts';
import { ChatSide, DeskSide } from './kit/sides.ts';
import { signInByLink } from './kit/sign-in.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const restart = (program: Program) => async (meanwhile: () => Promise<void>) => {
  await program.kill();
  await meanwhile();
  await program.start();
};

/** No part of the page may stick out at its side. */
async function assertFits(page: Page, moment: string): Promise<void> {
  const [width, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.equal(width, seen, `the page is as wide as the window at "${moment}"`);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing at any moment of a handover (${colorScheme})`, needsBrowser, async (t) => {
    const program = await startDemo(t);
    const { page, faults } = await openPage(await openBrowser(t), { colorScheme });
    await page.goto(program.url);
    await playHandover({
      chat: new ChatSide(page.locator('#side-customer')),
      desk: new DeskSide(page.locator('#side-desk')),
      outage: restart(program),
      look: (moment) => assertAccessible(page, moment),
    });
    assert.deepEqual(faults, []);
  });
}

test('at phone width each side is a page that fits, and axe finds nothing', needsBrowser, async (t) => {
  const program = await startDemo(t);
  const browser = await openBrowser(t);
  const customer = await openPage(browser, phone);
  const agent = await openPage(browser, phone);
  await customer.page.goto(`${program.url}/chat/support`);
  await signInByLink(agent.page, program);
  await agent.page.goto(`${program.url}/desk`);
  await playHandover({
    chat: new ChatSide(customer.page.locator('body')),
    desk: new DeskSide(agent.page.locator('body')),
    outage: restart(program),
    look: async (moment) => {
      for (const { page } of [customer, agent]) {
        await assertFits(page, moment);
        await assertAccessible(page, moment);
      }
    },
  });
  await agent.page.getByRole('button', { name: 'Details' }).click();
  await agent.page.getByText('Transferred parameters').waitFor();
  await assertFits(agent.page, 'details');
  await agent.page.getByRole('button', { name: 'Back to the conversation' }).click();
  await agent.page.getByRole('button', { name: 'Back to the list' }).click();
  await agent.page.getByRole('button', { name: 'Ada' }).waitFor();
  assert.deepEqual([...customer.faults, ...agent.faults], []);
});

test(
  'the sign-in of a desk of its own, a chat that is not there and the demo from elsewhere are designed states',
  needsBrowser,
  async (t) => {
    const program = await startDemo(t);
    const desk = await startProgram(t, {
      args: (port, folder) => ['desk', '--router', program.url, '--key', 'k', '--port', `${port}`, '--data', folder],
    });
    const { page } = await openPage(await openBrowser(t));
    await page.goto(`${desk.url}/desk`);
    await page.getByRole('heading', { name: 'Sign in to the desk' }).waitFor();
    await assertAccessible(page, 'sign in');
    await page.getByLabel('E-mail').fill('nobody@desk.example');
    await page.getByLabel('Password', { exact: true }).fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('The e-mail or the password is wrong.').waitFor();
    await page.goto(`${program.url}/chat/nobody`);
    await page.getByText('There is no chat here').waitFor();
    await assertAccessible(page, 'no chat');
    await page.route('**/demo/link', (route) => route.fulfill({ status: 403, json: { code: 'origin-refused' } }));
    await page.goto(program.url);
    await page.getByRole('heading', { name: 'Sign in to the desk' }).waitFor();
    await assertAccessible(page, 'the demo from elsewhere');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`${program.url}/studio/sign-in?next=/desk`);
  },
);

test('who is signed out at the desk goes where one signs in, with the link they came by', needsBrowser, async (t) => {
  const program = await startDemo(t);
  const { page } = await openPage(await openBrowser(t));
  const signIn = `${program.url}/studio/sign-in?next=/desk`;
  await page.goto(`${program.url}/desk`);
  await page.waitForURL(signIn);
  for (const link of ['#link=a-token', '#setup=a-token']) {
    await page.goto(`${program.url}/desk${link}`);
    await page.waitForURL(`${signIn}${link}`);
  }
  await signInByLink(page, program);
  await page.goto(`${program.url}/desk`);
  await page.getByText('All quiet').waitFor();
  await page.getByRole('button', { name: 'Signed in as Robin' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.waitForURL(signIn);
  const { status } = await page.request.get(`${program.url}/me`).then((answer) => ({ status: answer.status() }));
  assert.equal(status, 401);
});

test('who has no seat at the desk is told so', needsBrowser, async (t) => {
  const program = await startDemo(t);
  const { page } = await openPage(await openBrowser(t));
  await signInByLink(page, program);
  await page.route('**/desk/api/me', (route) =>
    route.fulfill({ status: 403, json: { code: 'role-missing', message: 'Your role is viewer; ask an owner.' } }),
  );
  await page.goto(`${program.url}/desk`);
  await page.getByRole('heading', { name: 'You have no seat at this desk' }).waitFor();
  await page.getByText('Your role is viewer; ask an owner.').waitFor();
  await assertAccessible(page, 'no seat');
});

test('a conversation is taken, answered and handed back by keyboard alone', needsBrowser, async (t) => {
  const program = await startDemo(t);
  const { page } = await openPage(await openBrowser(t));
  await page.goto(program.url);
  const chat = new ChatSide(page.locator('#side-customer'));
  const desk = new DeskSide(page.locator('#side-desk'));
  /** Tabs on until what has the focus bears this name. */
  const tabTo = async (name: RegExp): Promise<void> => {
    for (let stop = 0; stop < 60; stop += 1) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate(() => {
        const { activeElement: here } = document;
        return `${here?.getAttribute('aria-label') ?? ''} ${here?.textContent ?? ''}`;
      });
      if (name.test(focused)) return;
    }
    assert.fail(`the keyboard does not come to ${name}`);
  };
  await page.getByText('All quiet').waitFor();
  await tabTo(/Your message/);
  for (const [text, answer] of [
    ['hello', 'What is your name?'],
    ['Ada', 'What can we do for you?'],
    ['It broke', 'Thank you. One moment, a colleague takes over.'],
  ] as const) {
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
    await chat.sees(answer);
  }
  await desk.root.getByRole('button', { name: 'Ada' }).waitFor();
  await tabTo(/Ada/);
  await page.keyboard.press('Enter');
  // The field of a conversation that was opened takes the keyboard when it appears.
  await desk.root.getByRole('textbox', { name: 'Your reply' }).waitFor();
  await tabTo(/^Take|Take$/);
  await page.keyboard.press('Enter');
  await desk.root.getByText('With you').waitFor();
  await tabTo(/Your reply/);
  await page.keyboard.type('Hello');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('Ada');
  await page.keyboard.press('Enter');
  await chat.sees('Hello\nAda');
  await page.getByRole('button', { name: 'Hand back' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  // Whoever thinks better of it twice in a moment is asked again each time.
  for (let again = 0; again < 5; again += 1) {
    await Promise.all([page.keyboard.press('Escape'), page.keyboard.press('Enter')]);
    await page.getByRole('dialog').waitFor();
  }
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await tabTo(/^\s*Hand back/);
  await page.keyboard.press('Enter');
  await chat.sees('I am back. Is all well now?');
});

const html = '<img src=x onerror="window.broken=1"><b>bold</b> & <script>window.broken=1</script>';
const longWord = 'w'.repeat(4096);
const arabic = 'مرحبا، الإنترنت لا يعمل (منذ الصباح).';
const emoji = '👩🏽‍🚒🏳️‍🌈 👨‍👩‍👧‍👦 ok\nsecond line';
const link = 'See https://example.com/a?b=1, and javascript:alert(1)';
const weird = [html, longWord, arabic, emoji, link];

test(
  'HTML, a word of 4096 letters, right-to-left text and emoji are shown safely on both sides',
  needsBrowser,
  async (t) => {
    const program = await startDemo(t);
    const { page, faults } = await openPage(await openBrowser(t), { viewport: { width: 1000, height: 800 } });
    await page.goto(program.url);
    const chat = new ChatSide(page.locator('#side-customer'));
    const desk = new DeskSide(page.locator('#side-desk'));
    await chat.say('hello');
    await chat.sees('What is your name?');
    await chat.say(html);
    await chat.sees('What can we do for you?');
    await chat.say(arabic);
    await chat.sees('Thank you. One moment, a colleague takes over.');
    await desk.choose('bold');
    assert.deepEqual(
      (await desk.before()).map(([, text]) => text).filter((text) => text === html || text === arabic),
      [html, arabic],
    );
    for (const text of weird) await chat.say(text);
    await desk.shows(weird);
    for (const text of weird) await desk.say(text);
    await desk.shows([...weird, ...weird]);
    await desk.ticks('Read');
    assert.deepEqual((await chat.texts()).slice(-10), [...weird, ...weird]);
    await assertFits(page, 'weird texts');
    for (const side of [chat, desk]) {
      const wide = await side.root
        .locator('.message-text')
        .evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1).length);
      assert.equal(wide, 0, 'no text sticks out of its bubble');
      const directions = await side.root
        .locator('.message-text', { hasText: arabic })
        .evaluateAll((all) => all.map((one) => getComputedStyle(one).direction));
      assert.ok(directions.length > 0 && directions.every((direction) => direction === 'rtl'), String(directions));
    }
    const links = await page
      .locator('.message-text a')
      .evaluateAll((all) => all.map((one) => one.getAttribute('href')));
    assert.deepEqual(new Set(links), new Set(['https://example.com/a?b=1']));
    assert.equal(await page.evaluate(() => (globalThis as { broken?: number }).broken), undefined);
    assert.equal(await page.locator('.message-text :is(img, b, script)').count(), 0);
    await assertAccessible(page, 'weird texts');
    assert.deepEqual(faults, []);
  },
);
