// Keys of programs: made, rotated, revoked; and the record of who managed what.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible } from './kit/axe.ts';
import { needsBrowser } from './kit/browser.ts';
import { assertNothingSticksOut } from './kit/fits.ts';
import type { Program } from './kit/program.ts';
import { openStudio } from './kit/studio.ts';

/** Whether a key opens something. */
const opens = async ({ url }: Program, key: string): Promise<boolean> =>
  (await fetch(`${url}/deliveries`, { headers: { 'x-vgai-key': key } })).ok;

async function readNewKey(page: Page): Promise<string> {
  await page.getByText('Copy it now: it is shown only once').waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByText('Copied.').waitFor();
  const key = (await page.getByRole('dialog').locator('.copyable code').textContent()) ?? '';
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), key);
  await page.getByRole('button', { name: 'I have kept it' }).click();
  assert.equal(await page.getByText(key).count(), 0, 'it is shown only once');
  return key;
}

test('a key is made, rotated and revoked, and does what it says', needsBrowser, async (t) => {
  const { program, page, faults } = await openStudio(t, { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.goto(`${program.url}/studio/keys`);
  await page.getByText('No keys yet').waitFor();
  await page.getByRole('button', { name: 'Make a key' }).click();
  await page.getByRole('button', { name: 'Make the key' }).click();
  await page.getByText('Say what the key is for.').waitFor();
  await page.getByText('Choose at least one.').waitFor();
  await page.getByLabel('Label').fill('dashboard');
  await page.getByRole('checkbox', { name: 'Read' }).check();
  await page.getByLabel('Limit').fill('20');
  await page.getByLabel('Ends').selectOption('In 90 days');
  await page.getByRole('button', { name: 'Make the key' }).click();
  const first = await readNewKey(page);
  assert.ok(await opens(program, first));
  const row = page.getByRole('row').filter({ hasText: 'dashboard' });
  for (const fact of ['Valid', 'read', '20 a second', 'in 90 days'])
    await row.getByText(fact, { exact: true }).waitFor();

  await page.getByRole('button', { name: 'Rotate dashboard' }).click();
  await page.getByLabel('Overlap').fill('721');
  await page.getByRole('button', { name: 'Make the new key' }).click();
  await page.getByText('Enter a number of hours from 0 to 720.').waitFor();
  await page.getByLabel('Overlap').fill('1');
  await page.getByRole('button', { name: 'Make the new key' }).click();
  const second = await readNewKey(page);
  assert.deepEqual([await opens(program, first), await opens(program, second)], [true, true]);
  await row.filter({ hasText: 'Replaced' }).getByText('in 1 hour').waitFor();

  await row.filter({ hasText: 'Valid' }).getByRole('button', { name: 'Revoke dashboard' }).click();
  await page.getByText('This cannot be undone.').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('“dashboard” opens nothing any more.').waitFor();
  assert.deepEqual([await opens(program, first), await opens(program, second)], [true, false]);
  await page.getByText('Expired and revoked (1)').click();
  await row.filter({ hasText: 'Revoked' }).waitFor();
  assert.deepEqual(faults, []);
});

test('a key that ends today is made by the day, and one that ended is not', needsBrowser, async (t) => {
  const { program, page, call } = await openStudio(t, { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.goto(`${program.url}/studio/keys`);
  await page.getByRole('button', { name: 'Make a key' }).click();
  await page.getByLabel('Label').fill('guest');
  await page.getByRole('checkbox', { name: 'Start conversations' }).check();
  await page.getByLabel('Ends').selectOption('day');
  await page.getByLabel('Last day').fill('2020-01-01');
  await page.getByRole('button', { name: 'Make the key' }).click();
  await page.getByText('Choose a day that is not over.').waitFor();
  const today = await page.evaluate(() => {
    const now = new Date();
    return [now.getFullYear(), now.getMonth() + 1, now.getDate()]
      .map((part) => String(part).padStart(2, '0'))
      .join('-');
  });
  await page.getByLabel('Last day').fill(today);
  await page.getByRole('button', { name: 'Make the key' }).click();
  await readNewKey(page);
  const { keys } = await call<{ keys: { expires_at: string; scopes: string[] }[] }>('GET', '/keys');
  const [made] = keys;
  assert.deepEqual(made?.scopes, ['init']);
  const left = Date.parse(made?.expires_at ?? '') - Date.now();
  assert.ok(left > 0 && left <= 24 * 3_600_000, `it ends in ${left} ms`);
});

test('the record tells who did what to whom, page by page', needsBrowser, async (t) => {
  const { program, page, call } = await openStudio(t);
  for (let count = 0; count < 60; count += 1) {
    await call('PUT', `/agents/support-${count}/draft`, { definition: { name: 'Support' } });
  }
  const { person } = await call<{ person: { id: string } }>('POST', '/people', {
    ...{ email: 'ada@example.com', role: 'viewer', name: 'Ada' },
  });
  await call('PUT', `/people/${person.id}`, { role: 'supervisor' });
  await fetch(`${program.url}/keys`, { headers: { 'x-vgai-key': 'a wrong one' }, method: 'POST' });
  await page.goto(`${program.url}/studio/keys`);
  await page.getByRole('link', { name: 'Record of who managed' }).click();
  const row = (what: string) => page.getByRole('row').filter({ hasText: what });
  const changed = row('Changed somebody’s role or name');
  for (const fact of ['BATON_KEY', 'Ada', 'Supervisor', 'Done'])
    await changed.getByText(fact, { exact: true }).waitFor();
  const refused = row('Made a key');
  for (const fact of ['Nobody known', 'Refused', 'key-wrong']) await refused.getByText(fact, { exact: true }).waitFor();
  assert.equal(await row('Saved a draft').filter({ hasText: 'support-0' }).count(), 0);
  await page.getByRole('button', { name: 'Load more' }).click();
  await row('Saved a draft').filter({ hasText: 'support-0' }).waitFor();
  const made = row('Made the owner’s account');
  await made.getByText('robin@example.com').waitFor();
  await made.getByText('Robin', { exact: true }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Load more' }).count(), 0);
  await page.goBack();
  await page.getByText('No keys yet').waitFor();
});

test('a refusal is told where it was asked', needsBrowser, async (t) => {
  const { program, page, call } = await openStudio(t);
  await call('POST', '/keys', { label: 'deploy scripts', scopes: ['manage'] });
  await page.route('**/keys/*', (route) =>
    route.fulfill({ status: 409, json: { code: 'last-key', message: 'This is the last key that may manage.' } }),
  );
  await page.goto(`${program.url}/studio/keys`);
  await page.getByRole('button', { name: 'Revoke deploy scripts' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('alert').getByText('This is the last key that may manage.').waitFor();
  await assertAccessible(page, 'refused');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing among keys, and on a phone nothing sticks out (${colorScheme})`, needsBrowser, async (t) => {
    const { program, page, call, faults } = await openStudio(t, { colorScheme });
    const look = async (moment: string): Promise<void> => {
      for (const size of [
        { width: 390, height: 844 },
        { width: 1440, height: 900 },
      ]) {
        await page.setViewportSize(size);
        await assertAccessible(page, `${moment} at ${size.width}`);
        await assertNothingSticksOut(page, `${moment} at ${size.width}`);
      }
    };
    await page.goto(`${program.url}/studio/keys`);
    await page.getByText('No keys yet').waitFor();
    await look('no keys');
    const label = `deploy ${'scripts'.repeat(12)}`;
    const scopes = ['init', 'live-agent', 'manage', 'read'];
    const old = await call<{ id: string }>('POST', '/keys', { label, scopes, requests_per_second: 1_000_000 });
    await call('POST', `/keys/${old.id}/rotate`, {});
    const gone = await call<{ id: string }>('POST', '/keys', { label: 'old dashboard', scopes: ['read'] });
    await call('DELETE', `/keys/${gone.id}`);
    await page.reload();
    await page.getByText('Expired and revoked (1)').click();
    await look('keys');
    await page.getByRole('button', { name: 'Make a key' }).click();
    await page.getByLabel('Ends').selectOption('day');
    await page.getByRole('button', { name: 'Make the key' }).click();
    await look('making with faults');
    await page.keyboard.press('Escape');
    await page
      .getByRole('button', { name: /^Rotate deploy/ })
      .last()
      .click();
    await page.getByRole('button', { name: 'Make the new key' }).click();
    await page.getByText('Copy it now').waitFor();
    await look('a new key');
    await page.goto(`${program.url}/studio/keys?show=record`);
    await page.getByText('Rotated a key').first().waitFor();
    await look('record');
    assert.deepEqual(faults, []);
  });
}
