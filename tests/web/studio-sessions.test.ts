// How somebody finds the conversation that they want to read.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { until } from '../house/kit/until.ts';
import { assertAccessible } from './kit/axe.ts';
import { needsBrowser } from './kit/browser.ts';
import { playable, wholeTalk } from './kit/desk-story.ts';
import { assertNothingSticksOut } from './kit/fits.ts';
import { openStudio } from './kit/studio.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const rows = (page: Page) => page.locator('.sessions tbody tr');

async function lists(page: Page, count: number): Promise<void> {
  await until(`${count} sessions are listed`, async () => (await rows(page).count()) === count);
}

test('sessions are listed newest first, filtered, and the filter survives a reload', needsBrowser, async (t) => {
  const studio = await openStudio(t);
  const { page, program, call } = studio;
  await page.goto(`${program.url}/studio/sessions`);
  await page.getByText('No conversation yet').waitFor();
  const story = await playable(t, studio);
  const quiet = await story.begin();
  const talk = await wholeTalk(story);
  const { definition } = await call<{ definition: object }>('GET', '/agents/support');
  await call('PUT', '/agents/support/draft', { definition, base_version: 1 });
  const trial = await call<{ session_id: string }>('POST', '/agents/support/draft/sessions', {});
  await page.reload();
  await lists(page, 3);
  const texts = (await rows(page).allTextContents()).map((text) => text.replaceAll(/\s+/g, ' '));
  assert.ok(texts[0]?.includes(trial.session_id) && texts[0].includes('draft'), texts[0]);
  assert.ok(texts[1]?.includes(talk.id) && texts[1].includes('Support version 1'), texts[1]);
  assert.match(String(texts[1]), /customer-17.*Virtual agent.*Handed back.*11.*1 dead/);
  assert.ok(texts[2]?.includes(quiet.id));
  await page.getByLabel('Handoffs').selectOption('With a handoff');
  await lists(page, 1);
  await page.getByLabel('Trials').selectOption('Trials only');
  await page.getByText('No session matches').waitFor();
  await page.reload();
  await page.getByText('No session matches').waitFor();
  assert.equal(await page.getByLabel('Trials').inputValue(), 'only');
  await page.getByRole('link', { name: 'Clear the filters' }).first().click();
  await lists(page, 3);
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  await page.getByLabel('From').fill(tomorrow);
  await page.getByText('No session matches').waitFor();
  await page.goBack();
  await lists(page, 3);
  await rows(page).nth(1).getByRole('link', { name: '1 dead' }).click();
  await page.locator('.deliveries').getByText('Dead', { exact: true }).waitFor();
  await page.goBack();
  const field = page.getByLabel('Go to a session');
  await field.fill('nowhere');
  await field.press('Enter');
  await page.getByText('This holds no session id.').waitFor();
  await field.fill(`${talk.id}-h1-12-0`);
  await field.press('Enter');
  await page.locator('.episode').waitFor();
});

test('pages of the list lead to older sessions', needsBrowser, async (t) => {
  const studio = await openStudio(t);
  const { page, program, call } = studio;
  await playable(t, studio);
  const ids: string[] = [];
  for (let index = 0; index < 27; index += 1) {
    const { session_id } = await call<{ session_id: string }>('POST', '/http/init', { agent_id: 'support' });
    ids.unshift(session_id);
  }
  await page.goto(`${program.url}/studio/sessions`);
  await lists(page, 25);
  await page.getByText('1–25 of 27').waitFor();
  await page.getByRole('link', { name: 'Older' }).click();
  await lists(page, 2);
  await page.getByText('26–27 of 27').waitFor();
  const names = await rows(page).allTextContents();
  assert.ok(names.every((name, index) => name.includes(String(ids[25 + index]))));
  await page.goto(`${program.url}/studio/sessions?page=9`);
  await page.getByRole('link', { name: 'Go to the newest' }).click();
  await lists(page, 25);
});

test('axe finds nothing, light and dark, and at phone width all of it fits', needsBrowser, async (t) => {
  const studio = await openStudio(t, phone);
  const { page, program, faults } = studio;
  await page.goto(`${program.url}/studio/sessions`);
  await page.getByText('No conversation yet').waitFor();
  await assertAccessible(page, 'empty');
  const story = await playable(t, studio);
  await wholeTalk(story);
  await story.begin(`${'u'.repeat(100)}`);
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [width, height] of [
      [390, 844],
      [1440, 900],
    ] as const) {
      const moment = `${colorScheme}, ${width}`;
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      await page.goto(`${program.url}/studio/sessions`);
      await lists(page, 2);
      if (width < 640) await page.locator('.fold > summary').click();
      await assertNothingSticksOut(page, moment);
      await assertAccessible(page, moment);
    }
  }
  assert.deepEqual(faults, []);
});
