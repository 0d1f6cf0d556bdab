// Signing in at an OpenID Connect provider, from the studio's page and back to it.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openProvider, type TestProvider } from '../house/kit/provider.ts';
import { assertAccessible } from './kit/axe.ts';
import { needsBrowser, openBrowser, openPage } from './kit/browser.ts';
import { assertNothingSticksOut } from './kit/fits.ts';
import { endSignIn, signIn } from './kit/password-form.ts';
import type { Program } from './kit/program.ts';
import { callerOf, claimOwner, startStudio } from './kit/studio.ts';

/** A server whose people may sign in at a provider, with one who was invited. */
async function startWithProvider(t: TestContext): Promise<Readonly<{ program: Program; provider: TestProvider }>> {
  let settings: Readonly<Record<string, string>> = {};
  const program = await startStudio(t, () => settings);
  await claimOwner(program);
  const provider = await openProvider(t, { callback: `${program.url}/sign-in/openid-connect/callback` });
  provider.people.next = { sub: 'ada', email: 'ada@example.com', email_verified: true, name: 'Ada' };
  settings = {
    ...{ BATON_OIDC_ISSUER: provider.issuer, BATON_OIDC_CLIENT_ID: provider.clientId, BATON_OIDC_NAME: 'Example ID' },
    BATON_OIDC_CLIENT_SECRET: provider.clientSecret,
  };
  await program.kill();
  await program.start();
  await callerOf(program)('POST', '/people', { email: 'ada@example.com', role: 'designer', name: 'Ada' });
  return { program, provider };
}

test('who was invited comes in by the provider, to the page that was asked for', needsBrowser, async (t) => {
  const { program } = await startWithProvider(t);
  const { page, faults } = await openPage(await openBrowser(t), { viewport: { width: 390, height: 844 } });
  await page.goto(`${program.url}/studio/sessions`);
  await page.getByRole('link', { name: 'Sign in with Example ID' }).waitFor();
  await assertAccessible(page, 'with a provider');
  await assertNothingSticksOut(page, 'with a provider');
  await page.getByRole('link', { name: 'Sign in with Example ID' }).click();
  await page.waitForURL(`${program.url}/studio/sessions`);
  await page.getByRole('link', { name: 'Ada', exact: true }).waitFor();
  await page.goto(`${program.url}/studio/account`);
  await page.getByText('You sign in with OpenID Connect').waitFor();
  assert.equal(await page.getByLabel('Current password').count(), 0);
  assert.deepEqual(faults, []);
});

test('a stranger is told that nobody has invited them', needsBrowser, async (t) => {
  const { program, provider } = await startWithProvider(t);
  const { page } = await openPage(await openBrowser(t));
  provider.people.next = { sub: 'mallory', email: 'mallory@example.com', email_verified: true };
  await page.goto(`${program.url}/studio`);
  await page.getByRole('link', { name: 'Sign in with Example ID' }).click();
  await page.getByText('Nobody has invited this account.').waitFor();
  assert.equal(page.url(), `${program.url}/studio/sign-in`, 'the code is out of the address');
});

test('a provider that is down is told, and hinders no password', needsBrowser, async (t) => {
  const { program, provider } = await startWithProvider(t);
  await provider.disappear();
  const { page } = await openPage(await openBrowser(t));
  await page.goto(`${program.url}/studio`);
  await page.getByRole('link', { name: 'Sign in with Example ID' }).click();
  await page.getByText('Your provider does not answer.').waitFor();
  await signIn(page);
  await page.getByRole('link', { name: 'Robin', exact: true }).waitFor();
});

test('whose sign-in is over signs in at the provider in another tab, and the page goes on', needsBrowser, async (t) => {
  const { program } = await startWithProvider(t);
  const { page } = await openPage(await openBrowser(t));
  await page.goto(`${program.url}/studio/account`);
  await page.getByRole('link', { name: 'Sign in with Example ID' }).click();
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
  await page.getByLabel('Name', { exact: true }).fill('Ada Lovelace');
  const cookies = await page.context().cookies(program.url);
  const cookie = cookies.find(({ name }) => name === `baton_${program.port}`);
  await endSignIn(program, `${cookie?.name}=${cookie?.value}`);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('This opens in another tab.').waitFor();
  const opened = page.context().waitForEvent('page');
  await page.getByRole('link', { name: 'Sign in with Example ID' }).click();
  await (await opened).getByRole('heading', { name: 'Your account' }).waitFor();
  await page.bringToFront();
  await page.getByText('Saved.').waitFor();
  await page.getByRole('link', { name: 'Ada Lovelace' }).waitFor();
});
