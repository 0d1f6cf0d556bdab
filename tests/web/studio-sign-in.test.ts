// The way into the studio: set-up, invitations, links and passwords.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { assertAccessible } from './kit/axe.ts';
import { needsBrowser, openBrowser, openPage } from './kit/browser.ts';
import { assertNothingSticksOut } from './kit/fits.ts';
import { endSignIn, password, signIn } from './kit/password-form.ts';
import { callerOf, claimOwner, giveCookie, setupLink, startStudio, studioPassword } from './kit/studio.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

test('an empty server says where its set-up link is, and the link makes the owner', needsBrowser, async (t) => {
  const program = await startStudio(t);
  const { page, faults } = await openPage(await openBrowser(t));
  await page.goto(`${program.url}/studio/people`);
  await page.getByRole('heading', { name: 'Not set up yet' }).waitFor();
  await page.goto('about:blank');
  const link = await setupLink(program);
  await page.goto(link);
  await page.getByRole('heading', { name: 'Welcome to Baton' }).waitFor();
  assert.equal(page.url(), `${program.url}/studio/sign-in`, 'the token is out of the address');
  await page.keyboard.type('Robin');
  await page.keyboard.press('Enter');
  await page.getByText('Enter your e-mail address.').waitFor();
  await page.getByText('Use at least 10 characters.').waitFor();
  await page.keyboard.type('Robin@Example.com');
  await password(page).fill(studioPassword);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'People' }).waitFor();
  assert.equal(new URL(page.url()).pathname, '/studio');

  const late = await openPage(await openBrowser(t));
  await late.page.goto(link);
  await late.page.getByLabel('Your name').fill('Mallory');
  await late.page.getByLabel('E-mail').fill('mallory@example.com');
  await password(late.page).fill(studioPassword);
  await late.page.getByRole('button', { name: 'Make the account' }).click();
  await late.page.getByText('This link has been used or is too old.').waitFor();
  await late.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  assert.deepEqual([...faults, ...late.faults], []);
});

test('a wrong password is told, a right one opens the page that was asked for', needsBrowser, async (t) => {
  const program = await startStudio(t);
  await claimOwner(program);
  const { page, faults } = await openPage(await openBrowser(t));
  await page.goto(`${program.url}/studio/keys?show=record`);
  await signIn(page, 'robin@example.com', 'not the password');
  await page.getByText('The e-mail or the password is wrong.').waitFor();
  await signIn(page);
  await page.getByRole('heading', { name: 'Keys', level: 1 }).waitFor();
  assert.equal(page.url(), `${program.url}/studio/keys?show=record`);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();

  await page.goto(`${program.url}/studio/sign-in?next=/desk`);
  await signIn(page);
  await page.waitForURL(`${program.url}/desk`);
  await page.goto(`${program.url}/studio/sign-in?next=//evil.example`);
  await page.getByRole('link', { name: 'People' }).waitFor();
  assert.equal(page.url(), `${program.url}/studio`);
  assert.deepEqual(faults, []);
});

test('who guesses too often is told how long to wait', needsBrowser, async (t) => {
  const program = await startStudio(t);
  await claimOwner(program);
  const { page } = await openPage(await openBrowser(t));
  await page.goto(`${program.url}/studio`);
  for (let tries = 0; tries < 10; tries += 1) {
    const answered = page.waitForResponse((answer) => answer.request().method() === 'POST');
    await signIn(page, 'robin@example.com', `guess number ${tries}`);
    assert.equal((await answered).status(), 401);
  }
  await signIn(page);
  await page.getByText(/^Too many attempts\. Try again in 10 minutes\.$/).waitFor();
});

test('an invitation is accepted with a name and a password, once', needsBrowser, async (t) => {
  const program = await startStudio(t);
  await claimOwner(program);
  const invited = await callerOf(program)<{ invitation: { url: string } }>('POST', '/people', {
    ...{ email: 'ada@example.com', role: 'designer' },
  });
  const { page } = await openPage(await openBrowser(t));
  await page.goto(invited.invitation.url);
  await page.getByRole('heading', { name: 'You are invited' }).waitFor();
  await page.getByLabel('Your name').fill('Ada');
  await password(page).fill('short');
  await page.keyboard.press('Enter');
  await page.getByText('Use at least 10 characters.').waitFor();
  await password(page).fill(studioPassword);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Ada', exact: true }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'People' }).count(), 0, 'a designer manages no people');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await signIn(page, 'ADA@example.com');
  await page.getByRole('link', { name: 'Ada', exact: true }).waitFor();

  const late = await openPage(await openBrowser(t));
  await late.page.goto(invited.invitation.url);
  await late.page.getByLabel('Your name').fill('Mallory');
  await password(late.page).fill(studioPassword);
  await late.page.keyboard.press('Enter');
  await late.page.getByText('This link has been used or is too old.').waitFor();
});

const door = fileURLToPath(new URL('../../bin/baton.mjs', import.meta.url));

test('who lost their way in comes in by the link that the command prints', needsBrowser, async (t) => {
  const program = await startStudio(t);
  await claimOwner(program);
  const { stdout } = await promisify(execFile)(process.execPath, [door, 'people', 'link', 'robin@example.com'], {
    env: { PATH: process.env.PATH, PORT: String(program.port), BATON_DATA: program.folder, BATON_LOG_LEVEL: 'error' },
  });
  const link = /http\S+#link=\S+/.exec(stdout)?.[0] ?? '';
  const { page } = await openPage(await openBrowser(t));
  // The server cannot be reached in the very moment: the link is not lost by it.
  await page.route('**/sign-in/link', (route) => route.abort(), { times: 1 });
  await page.goto(link);
  await page.getByText('The server cannot be reached.').waitFor();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('link', { name: 'Robin', exact: true }).waitFor();
  assert.equal(page.url(), `${program.url}/studio`);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.goto('about:blank');
  await page.goto(link);
  await page.getByText('This link has been used or is too old.').waitFor();
  await page.goto(`${program.url}/studio/sign-in#error=not-invited`);
  await page.getByText('Nobody has invited this account.').waitFor();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(
    `axe finds nothing on the way in, and on a phone nothing sticks out (${colorScheme})`,
    needsBrowser,
    async (t) => {
      const program = await startStudio(t);
      const { page, faults } = await openPage(await openBrowser(t), { ...phone, colorScheme });
      const look = async (moment: string): Promise<void> => {
        await assertAccessible(page, moment);
        await assertNothingSticksOut(page, moment);
      };
      await page.goto(`${program.url}/studio`);
      await page.getByRole('heading', { name: 'Not set up yet' }).waitFor();
      await look('needs an owner');
      await page.goto(`${program.url}/studio/sign-in#setup=${'x'.repeat(43)}`);
      await page.getByRole('heading', { name: 'Welcome to Baton' }).waitFor();
      await page.getByRole('button', { name: 'Make the account' }).click();
      await look('set-up with faults');
      const cookie = await claimOwner(program);
      await page.goto(`${program.url}/studio/sign-in#invitation=${'x'.repeat(43)}`);
      await page.getByRole('heading', { name: 'You are invited' }).waitFor();
      await look('invitation');
      await page.goto(`${program.url}/studio/sign-in#error=provider-down`);
      await page.getByText('Your provider does not answer.').waitFor();
      await look('sign-in with a failure');
      await giveCookie(page, program, cookie);
      await page.goto(`${program.url}/studio/people`);
      await page.getByRole('button', { name: 'Invite somebody' }).click();
      await page.getByLabel('E-mail').fill('ada@example.com');
      await endSignIn(program, cookie);
      await page.getByRole('button', { name: 'Make the invitation' }).click();
      await page.getByRole('heading', { name: 'Sign in again to go on' }).waitFor();
      await look('over a dialog');
      await password(page).fill(studioPassword);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'The link for ada' }).waitFor();
      assert.deepEqual(faults, []);
    },
  );
}
