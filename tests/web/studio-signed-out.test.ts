// What becomes of a page whose sign-in is over, whose person is removed, or has another role.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needsBrowser, openBrowser, openPage } from './kit/browser.ts';
import { endSignIn, password, signIn } from './kit/password-form.ts';
import { addPerson, claimOwner, giveCookie, openStudio, startStudio, studioPassword } from './kit/studio.ts';

test('a sign-in that is over keeps the page, which goes on for its person', needsBrowser, async (t) => {
  const program = await startStudio(t);
  const cookie = await claimOwner(program);
  const { page, faults } = await openPage(await openBrowser(t));
  await giveCookie(page, program, cookie);
  await page.goto(`${program.url}/studio/account`);
  await page.getByLabel('Name', { exact: true }).fill('Robin Hood');
  await endSignIn(program, cookie);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Sign in again to go on' }).waitFor();
  for (const key of ['Escape', 'Escape', 'Escape']) await page.keyboard.press(key);
  await password(page).fill('not the password');
  await page.keyboard.press('Enter');
  await page.getByText('The e-mail or the password is wrong.').waitFor();
  await password(page).fill(studioPassword);
  await page.keyboard.press('Enter');
  // What was asked for before is done, without being asked again.
  await page.getByText('Saved.').waitFor();
  await page.getByRole('link', { name: 'Robin Hood', exact: true }).waitFor();
  assert.equal(await page.getByRole('dialog').count(), 0);
  assert.deepEqual(faults, []);
});

test('somebody else who signs in begins anew', needsBrowser, async (t) => {
  const program = await startStudio(t);
  const cookie = await claimOwner(program);
  const ada = await addPerson(program, { role: 'designer' });
  const { page } = await openPage(await openBrowser(t));
  await giveCookie(page, program, cookie);
  await page.goto(`${program.url}/studio/account`);
  await page.getByLabel('Name', { exact: true }).fill('Robin Hood');
  await endSignIn(program, cookie);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Sign in again to go on' }).waitFor();
  await signIn(page, ada.email);
  await page.getByRole('link', { name: 'Ada', exact: true }).waitFor();
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Ada');
  // In another tab Robin signs in again; this one is Ada's and does not become theirs unseen.
  const tab = await page.context().newPage();
  await tab.goto(`${program.url}/studio`);
  await tab.getByRole('button', { name: 'Sign out' }).click();
  await signIn(tab);
  await tab.getByRole('link', { name: 'Robin', exact: true }).waitFor();
  await page.bringToFront();
  await page.getByRole('heading', { name: 'Somebody else signed in' }).waitFor();
  await page.getByRole('button', { name: 'Go on as Robin' }).click();
  await page.getByRole('link', { name: 'Robin', exact: true }).waitFor();
});

test('who is removed is out within seconds, and who gets another role sees what it may', needsBrowser, async (t) => {
  const { program, page, call } = await openStudio(t, {}, 'designer');
  await page.goto(`${program.url}/studio`);
  await page.getByRole('link', { name: 'Call logs' }).waitFor();
  const { people } = await call<{ people: { id: string; name: string }[] }>('GET', '/people');
  const ada = people.find(({ name }) => name === 'Ada')?.id;
  await call('PUT', `/people/${ada}`, { role: 'live-agent' });
  await page.getByRole('heading', { name: 'Your work is at the desk' }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Call logs' }).count(), 0);
  await call('DELETE', `/people/${ada}`);
  await page.getByRole('heading', { name: 'Sign in again to go on' }).waitFor();
  await password(page).fill(studioPassword);
  await page.keyboard.press('Enter');
  await page.getByText('The e-mail or the password is wrong.').waitFor();
});

const places = ['Virtual agents', 'Call logs', 'Deliveries', 'Keys', 'People', 'Desk'];

const seen = {
  owner: places,
  designer: ['Virtual agents', 'Call logs', 'Deliveries', 'Desk'],
  supervisor: ['Virtual agents', 'Call logs', 'Deliveries', 'Desk'],
  viewer: ['Virtual agents', 'Call logs', 'Deliveries'],
  'live-agent': ['Desk'],
};

test('each role sees the places that it may go to, and no others', needsBrowser, async (t) => {
  const program = await startStudio(t);
  const robin = await claimOwner(program);
  const browser = await openBrowser(t);
  for (const [role, wanted] of Object.entries(seen)) {
    const { page, faults } = await openPage(browser);
    const cookie = role === 'owner' ? robin : (await addPerson(program, { role, name: role })).cookie;
    await giveCookie(page, program, cookie);
    await page.goto(`${program.url}/studio/people`);
    const links = page.getByRole('navigation', { name: 'Studio' }).getByRole('listitem');
    await links.first().waitFor();
    assert.deepEqual(await links.allTextContents(), wanted, role);
    const title = { owner: 'People', 'live-agent': 'Your work is at the desk' }[role] ?? 'This is not for your role';
    await page.getByRole('heading', { name: title, level: 1 }).waitFor();
    await page.goto(`${program.url}/studio/account`);
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    assert.deepEqual(faults, []);
  }
});
