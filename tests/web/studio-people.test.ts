// People: an owner invites, gives roles and links, removes; and everybody's own account.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible } from './kit/axe.ts';
import { needsBrowser, openBrowser, openPage } from './kit/browser.ts';
import { assertNothingSticksOut } from './kit/fits.ts';
import { password, signIn } from './kit/password-form.ts';
import { addPerson, claimOwner, giveCookie, openStudio, startStudio, studioPassword } from './kit/studio.ts';

const rowOf = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

const shownLink = async (page: Page): Promise<string> =>
  (await page.getByRole('dialog').locator('.copyable code').textContent()) ?? '';

test('an owner invites somebody, who comes in by the link', needsBrowser, async (t) => {
  const { program, page, faults } = await openStudio(t);
  await page.goto(`${program.url}/studio/people`);
  await page.getByText('Only you so far').waitFor();
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  await page.keyboard.type('no e-mail');
  await page.keyboard.press('Enter');
  await page.getByText('Enter their e-mail address.').waitFor();
  await page.getByLabel('E-mail').fill('Ada@example.com');
  await page.getByRole('radio', { name: 'Supervisor' }).check();
  await page.getByRole('button', { name: 'Make the invitation' }).click();
  await page.getByText('Baton sends no e-mail: hand this link on yourself.').waitFor();
  const link = await shownLink(page);
  assert.match(link, /\/studio\/sign-in#invitation=/);
  await page.getByRole('button', { name: 'Done' }).click();
  await rowOf(page, 'ada@example.com').getByText('Invited').waitFor();
  assert.equal(await page.getByText('Only you so far').count(), 0);

  const ada = await openPage(await openBrowser(t));
  await ada.page.goto(link);
  await ada.page.getByLabel('Your name').fill('Ada');
  await password(ada.page).fill(studioPassword);
  await ada.page.keyboard.press('Enter');
  await ada.page.getByRole('link', { name: 'Ada', exact: true }).waitFor();
  await page.reload();
  await rowOf(page, 'ada@example.com').getByText('Active').waitFor();
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  await page.getByLabel('E-mail').fill('ada@EXAMPLE.com');
  await page.getByRole('button', { name: 'Make the invitation' }).click();
  await page.getByRole('alert').getByText('Somebody here has this e-mail').waitFor();
  assert.deepEqual([...faults, ...ada.faults], []);
});

test('roles are given, those that take something away are asked about', needsBrowser, async (t) => {
  const { program, page, call } = await openStudio(t);
  await addPerson(program, { role: 'viewer' });
  const roleOfAda = async (): Promise<string | undefined> => {
    const { people } = await call<{ people: { name: string; role: string }[] }>('GET', '/people');
    return people.find(({ name }) => name === 'Ada')?.role;
  };
  await page.goto(`${program.url}/studio/people`);
  const role = page.getByLabel('Role of Ada');
  await role.selectOption('designer');
  await page.getByText('Ada is a designer now.').waitFor();
  assert.equal(await roleOfAda(), 'designer');
  await role.selectOption('viewer');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Ada can then no longer build and publish virtual agents').waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  assert.equal(await role.inputValue(), 'designer', 'nothing is changed by asking');
  await role.selectOption('viewer');
  await dialog.getByRole('button', { name: 'Change the role' }).click();
  await page.getByText('Ada is a viewer now.').waitFor();
  assert.equal(await roleOfAda(), 'viewer');
});

test('the last owner can neither go nor become less, one of two can', needsBrowser, async (t) => {
  const { program, page } = await openStudio(t);
  await addPerson(program, { role: 'designer' });
  await page.goto(`${program.url}/studio/people`);
  await page.getByText('The last owner. Make somebody else an owner first.').waitFor();
  assert.ok(await page.getByLabel('Role of Robin').isDisabled());
  assert.ok(await page.getByRole('button', { name: 'Remove Robin' }).isDisabled());
  await page.getByLabel('Role of Ada').selectOption('owner');
  await page.getByText('Ada is an owner now.').waitFor();
  await page.getByLabel('Role of Robin').selectOption('viewer');
  await page.getByText('You can then no longer').waitFor();
  await page.getByRole('button', { name: 'Change the role' }).click();
  await page.getByRole('heading', { name: 'This is not for your role' }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'People' }).count(), 0);
});

test('a forgotten password is set anew by a new link, and who is removed is gone', needsBrowser, async (t) => {
  const { program, page } = await openStudio(t);
  const { email } = await addPerson(program, { role: 'designer' });
  await page.goto(`${program.url}/studio/people`);
  await page.getByRole('button', { name: 'New link for Ada' }).click();
  await page.getByText('With it they set a new password').waitFor();
  await page.getByRole('button', { name: 'Make the link' }).click();
  await page.getByText('It works once').waitFor();
  const link = await shownLink(page);
  await page.getByRole('button', { name: 'Done' }).click();

  const ada = await openPage(await openBrowser(t));
  await ada.page.goto(link);
  await ada.page.getByLabel('Your name').fill('Ada');
  await password(ada.page).fill('another password');
  await ada.page.keyboard.press('Enter');
  await ada.page.getByRole('button', { name: 'Sign out' }).click();
  await signIn(ada.page, email, studioPassword);
  await ada.page.getByText('The e-mail or the password is wrong.').waitFor();
  await signIn(ada.page, email, 'another password');
  await ada.page.getByRole('link', { name: 'Ada', exact: true }).waitFor();

  await page.getByRole('button', { name: 'Remove Ada' }).click();
  await page.getByText('Ada is signed out at once').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('Ada was removed.').waitFor();
  await page.getByText('Only you so far').waitFor();
  await ada.page.getByRole('heading', { name: 'Sign in again to go on' }).waitFor();
});

test('one changes name, password and colours oneself', needsBrowser, async (t) => {
  const program = await startStudio(t);
  const cookie = await claimOwner(program);
  const browser = await openBrowser(t);
  const { page, faults } = await openPage(browser, { colorScheme: 'light' });
  const other = await openPage(browser);
  await giveCookie(page, program, cookie);
  await page.goto(`${program.url}/studio/account`);
  await other.page.goto(`${program.url}/studio`);
  await signIn(other.page);
  await other.page.getByRole('link', { name: 'Robin', exact: true }).waitFor();

  await page.getByLabel('Name', { exact: true }).fill('Robin Hood');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Robin Hood' }).waitFor();

  await page.getByLabel('Current password').fill('not the password');
  await page.getByLabel('New password').fill('another password');
  await page.keyboard.press('Enter');
  await page.getByText('This is not your current password.').waitFor();
  await page.getByLabel('Current password').fill(studioPassword);
  await page.keyboard.press('Enter');
  await page.getByText('Your password is changed.').waitFor();
  await other.page.getByRole('heading', { name: 'Sign in again to go on' }).waitFor();
  await password(other.page).fill('another password');
  await other.page.keyboard.press('Enter');
  await other.page.getByRole('dialog').waitFor({ state: 'hidden' });

  await page.getByRole('radio', { name: 'Dark' }).check();
  await page.getByRole('button', { name: 'Switch to light colours' }).click();
  assert.ok(await page.getByRole('radio', { name: 'Light' }).isChecked());
  await page.reload();
  assert.ok(await page.getByRole('radio', { name: 'Light' }).isChecked());
  await page.getByRole('radio', { name: 'As the system has it' }).check();
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.getByRole('button', { name: 'Switch to light colours' }).waitFor();
  assert.deepEqual([...faults, ...other.faults], []);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(
    `axe finds nothing among people, and on a phone nothing sticks out (${colorScheme})`,
    needsBrowser,
    async (t) => {
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
      await page.goto(`${program.url}/studio/people`);
      await page.getByText('Only you so far').waitFor();
      await look('only you');
      await call('POST', '/people', {
        ...{ email: `grace.${'hopper'.repeat(12)}@example.com`, role: 'viewer', name: 'G'.repeat(80) },
      });
      await page.reload();
      await page.getByText('Invited').waitFor();
      await look('two');
      await page.getByRole('button', { name: 'Invite somebody' }).click();
      await page.getByRole('button', { name: 'Make the invitation' }).click();
      await look('inviting with a fault');
      await page.getByLabel('E-mail').fill('linus@example.com');
      await page.getByRole('button', { name: 'Make the invitation' }).click();
      await page.getByText('It works once').waitFor();
      await look('a link');
      await page.getByRole('button', { name: 'Done' }).click();
      await page.getByRole('button', { name: 'Remove linus' }).click();
      await look('removing');
      await page.goto(`${program.url}/studio/account`);
      await page.getByRole('heading', { name: 'Profile' }).waitFor();
      await look('account');
      assert.deepEqual(faults, []);
    },
  );
}

test('when the server is away, the list says so and is there again when it is back', needsBrowser, async (t) => {
  const { program, page } = await openStudio(t);
  await page.goto(`${program.url}/studio/people`);
  await page.getByText('Only you so far').waitFor();
  await page.getByRole('link', { name: 'Robin', exact: true }).click();
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
  await program.kill();
  await page.getByRole('link', { name: 'People' }).click();
  await page.getByRole('heading', { name: 'This could not be loaded' }).waitFor();
  await assertAccessible(page, 'not loaded');
  await program.start();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('Only you so far').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
});
