// What a supervisor does about calls that a desk did not take: finds them, sees why, tries them again or leaves them out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { until } from '../house/kit/until.ts';
import { assertAccessible } from './kit/axe.ts';
import { needsBrowser } from './kit/browser.ts';
import { playable, type Story } from './kit/desk-story.ts';
import { assertNothingSticksOut } from './kit/fits.ts';
import { openStudio } from './kit/studio.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** A desk that refuses what begins with "dead" for good, and is too busy for what begins with "stuck". */
function moody({ desk }: Story): void {
  desk.behave = ({ body }) => {
    if (body.text?.startsWith('dead')) return { status: 404, body: '<h1>No such ticket</h1>' };
    return body.text?.startsWith('stuck') ? { status: 503 } : { status: 200, body: '{}' };
  };
}

const well = (story: Story): void => {
  story.desk.behave = () => ({ status: 200, body: '{}' });
};

const rows = (page: Page) => page.locator('.deliveries tbody tr');

async function shows(page: Page, count: number): Promise<void> {
  await until(`${count} deliveries are listed`, async () => (await rows(page).count()) === count);
}

test('a dead call is found, opened, tried again and gone, by keyboard alone', needsBrowser, async (t) => {
  const studio = await openStudio(t);
  const { page, program, faults } = studio;
  const story = await playable(t, studio);
  moody(story);
  const talk = await story.connect();
  talk.user.say('dead letter');
  await story.owes('dead', 1);
  await page.goto(`${program.url}/studio/deliveries`);
  await rows(page).getByText('Dead', { exact: true }).waitFor();
  await rows(page).getByText('The desk answered 404.').waitFor();
  await page.locator('.endpoints').getByText('/inbound').waitFor();
  const link = page.getByRole('link', { name: /^Inbound transfer, open/ });
  await link.press('Enter');
  const panel = page.getByRole('dialog');
  await panel.getByText('Attempt 1').waitFor();
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'hidden' });
  assert.ok(await link.evaluate((one) => one === document.activeElement), 'the keyboard is where it was');
  await page.keyboard.press('Enter');
  await panel.getByText('<h1>No such ticket</h1>').waitFor();
  well(story);
  const replay = panel.getByRole('button', { name: 'Replay' });
  for (let stop = 0; stop < 10 && !(await replay.evaluate((one) => one === document.activeElement)); stop += 1) {
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await page.getByText('The call is tried again.').waitFor();
  await panel.getByText('Delivered', { exact: true }).waitFor();
  assert.equal(story.desk.of('inbound', talk.id).length, 2);
  await page.keyboard.press('Escape');
  await page.getByText('Everything has been delivered.').waitFor();
  assert.equal(new URL(page.url()).search, '');
  assert.deepEqual(faults, []);
});

test('a stuck call is skipped, and what waited behind it arrives', needsBrowser, async (t) => {
  const studio = await openStudio(t);
  const { page, program, faults } = studio;
  const story = await playable(t, studio);
  moody(story);
  const talk = await story.connect();
  talk.user.say('stuck here');
  await story.owes('stuck', 1);
  talk.user.say('and behind it');
  await story.owes('owed', 2);
  await page.goto(`${program.url}/studio/deliveries`);
  await page.getByRole('link', { name: /^Owed: 2 at/ }).click();
  await shows(page, 2);
  await page.locator('.segments').getByText('Stuck', { exact: true }).click();
  await shows(page, 1);
  await page.getByRole('link', { name: /^Inbound transfer, open/ }).click();
  await page.getByRole('button', { name: 'Skip', exact: true }).click();
  await page.getByText('The calls behind it in its lane go on at once.').waitFor();
  await page.getByRole('dialog', { name: 'Skip this call?' }).getByRole('button', { name: 'Skip' }).click();
  await page.getByText('The call was skipped.').waitFor();
  await until('what was behind it arrived', () =>
    story.desk.of('inbound', talk.id).some(({ body }) => body.text === 'and behind it'),
  );
  await page.getByRole('dialog').getByText('Skipped', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByText('No delivery matches').waitFor();
  assert.deepEqual(faults, []);
});

test('filters survive a reload, and lead to what was delivered in a session', needsBrowser, async (t) => {
  const studio = await openStudio(t);
  const { page, program } = studio;
  const story = await playable(t, studio);
  moody(story);
  const [one, other] = [await story.connect(), await story.connect()];
  one.user.say('dead letter');
  other.user.say('dead letter');
  await story.owes('dead', 2);
  await page.goto(`${program.url}/studio/deliveries?state=dead`);
  await shows(page, 2);
  const field = page.getByRole('searchbox', { name: 'Session' });
  await field.fill('no id');
  await field.press('Enter');
  await page.getByText('This holds no session id.').waitFor();
  await field.fill(`${program.url}/studio/sessions/${other.id}`);
  await shows(page, 1);
  await page.getByLabel('Endpoint', { exact: true }).selectOption({ label: story.desk.url('inbound') });
  await page.reload();
  await shows(page, 1);
  assert.equal(await field.inputValue(), other.id);
  assert.equal(await page.locator('.segment[aria-current]').textContent(), 'Dead');
  assert.equal(new URL(page.url()).searchParams.get('url'), story.desk.url('inbound'));
  await page.goto(`${program.url}/studio/deliveries?session=${other.id}&state=delivered`);
  await rows(page).getByText('Start connection').waitFor();
  await page.goBack();
  await page.getByRole('link', { name: 'Clear the filters' }).click();
  await shows(page, 2);
  await page.getByRole('link', { name: `Call log of session …${one.id.slice(-8)}` }).click();
  const marked = page.locator('.item[data-marked=true]');
  await marked.getByText('dead letter').waitFor();
  assert.ok(await marked.evaluate((item) => item.getBoundingClientRect().bottom <= innerHeight), 'it is in sight');
});

test('several are selected, and those that can be are tried again at once', needsBrowser, async (t) => {
  const studio = await openStudio(t);
  const { page, program } = studio;
  const story = await playable(t, studio);
  moody(story);
  const talk = await story.connect();
  for (const text of ['dead 1', 'dead 2', 'dead 3', 'stuck 4']) talk.user.say(text);
  await story.owes('dead', 3);
  await story.owes('stuck', 1);
  await page.clock.install();
  await page.goto(`${program.url}/studio/deliveries`);
  await shows(page, 4);
  await page.getByRole('checkbox', { name: 'Select all' }).check();
  await page.getByText('4 selected').waitFor();
  await page.getByRole('button', { name: 'Skip 4' }).waitFor();
  well(story);
  await page.getByRole('button', { name: 'Replay 3' }).click();
  await page.getByText('3 calls are tried again.').waitFor();
  await until('the desk has them', () => {
    const came = new Set(story.desk.of('inbound', talk.id).map(({ body }) => body.text));
    return came.size === 4;
  });
  await story.owes('owed', 0);
  await page.clock.runFor(10_000);
  await page.getByText('Everything has been delivered.').waitFor();
});

test(
  'more than a hundred are shown when somebody asks, in the order in which they were owed',
  needsBrowser,
  async (t) => {
    const studio = await openStudio(t);
    const { page, program } = studio;
    const story = await playable(t, studio);
    moody(story);
    const talk = await story.connect();
    for (let index = 0; index < 120; index += 1) talk.user.say(`dead ${index}`);
    talk.user.say('stuck here');
    await story.owes('stuck', 1);
    await page.goto(`${program.url}/studio/deliveries`);
    await shows(page, 100);
    await page.getByText('The first 100', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Load more' }).click();
    await shows(page, 121);
    await page.getByText('121 deliveries').waitFor();
    const states = await rows(page).locator('.badge').allTextContents();
    assert.deepEqual(states, [...Array.from({ length: 120 }, () => 'Dead'), 'Stuck']);
  },
);

test('the list renews itself and keeps selection, scroll and focus', needsBrowser, async (t) => {
  const studio = await openStudio(t, { viewport: { width: 1200, height: 600 } });
  const { page, program } = studio;
  const story = await playable(t, studio);
  moody(story);
  const talk = await story.connect();
  for (let index = 0; index < 12; index += 1) talk.user.say(`dead ${index}`);
  await story.owes('dead', 12);
  await page.clock.install();
  await page.goto(`${program.url}/studio/deliveries`);
  await shows(page, 12);
  const box = rows(page).nth(9).getByRole('checkbox');
  await box.check();
  await box.focus();
  const scrolled = () => page.locator('.studio-page').evaluate(({ scrollTop }) => scrollTop);
  const before = await scrolled();
  assert.ok(before > 0, 'the row stands further down');
  talk.user.say('dead 12');
  await story.owes('dead', 13);
  await page.clock.runFor(10_000);
  await shows(page, 13);
  assert.equal(await scrolled(), before);
  assert.ok(await box.isChecked());
  assert.ok(await box.evaluate((one) => one === document.activeElement));
  await page.getByText('1 selected').waitFor();
});

test('who may only look is offered nothing that would be refused', needsBrowser, async (t) => {
  const studio = await openStudio(t, {}, 'viewer');
  const { page, program } = studio;
  const story = await playable(t, studio);
  moody(story);
  const talk = await story.connect();
  talk.user.say('dead letter');
  await story.owes('dead', 1);
  await page.goto(`${program.url}/studio/deliveries`);
  await page.getByRole('link', { name: /^Inbound transfer, open/ }).click();
  await page.getByText('Attempt 1').waitFor();
  assert.equal(await page.getByRole('button', { name: /Replay|Skip/ }).count(), 0);
  assert.equal(await page.getByRole('checkbox').count(), 0);
});

test('axe finds nothing, light and dark, and at phone width all of it fits', needsBrowser, async (t) => {
  const studio = await openStudio(t, phone);
  const { page, program, faults } = studio;
  await page.goto(`${program.url}/studio/deliveries`);
  await page.getByText('Everything has been delivered.').waitFor();
  await assertAccessible(page, 'empty');
  const story = await playable(t, studio);
  moody(story);
  const talk = await story.connect();
  for (const text of ['dead letter', 'stuck here']) talk.user.say(text);
  await story.owes('dead', 1);
  await story.owes('stuck', 1);
  await page.reload();
  await shows(page, 2);
  await page.getByRole('checkbox').last().check();
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [width, height] of [
      [390, 844],
      [1440, 900],
    ] as const) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      await assertNothingSticksOut(page, `${colorScheme}, ${width}`);
      await assertAccessible(page, `${colorScheme}, ${width}`);
      await page.getByRole('link', { name: /open/ }).first().click();
      await page.getByText('Attempt 1').waitFor();
      await assertNothingSticksOut(page, `panel, ${colorScheme}, ${width}`);
      await assertAccessible(page, `panel, ${colorScheme}, ${width}`);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
    }
  }
  assert.deepEqual(faults, []);
});
