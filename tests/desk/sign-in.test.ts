import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeskMe } from '../../src/contract/desk-api.ts';
import { handClock } from '../../src/platform/hand-clock.ts';
import { tokenOf } from './kit/browser.ts';
import { type Office, officeFor } from './kit/office.ts';

const ana = { name: 'Ana', email: 'Ana@example.org', password: 'a long password' };

async function claim(office: Office): Promise<void> {
  const token = tokenOf(office.setupLink() ?? '');
  const answer = await office.browser.post('/desk/api/owner', { token, ...ana });
  assert.equal(answer.status, 200, answer.text);
}

test('the cookie cannot be read by pages, and is sent to nobody else', async (t) => {
  const office = await officeFor(t);
  const answer = await office.browser.followLink(office.signInLink());
  const [cookie = ''] = answer.headers['set-cookie'] ?? [];
  const [pair = '', ...attributes] = cookie.split('; ');
  assert.match(pair, new RegExp(`^baton_desk_${new URL(office.url).port}=[A-Za-z0-9_-]{43}$`));
  assert.deepEqual(attributes.sort(), ['HttpOnly', 'Max-Age=2592000', 'Path=/', 'SameSite=Strict']);
  assert.equal(answer.headers['cache-control'], 'no-store');
});

test('a one-time link is good once', async (t) => {
  const office = await officeFor(t);
  const link = office.signInLink();
  const first = await office.openBrowser().followLink(link);
  assert.deepEqual([first.status, first.body.person.name], [200, 'Robin']);
  const second = await office.openBrowser().followLink(link);
  assert.deepEqual([second.status, second.body.code], [401, 'link-used']);
});

test('a one-time link runs out', async (t) => {
  const clock = handClock(Date.now());
  const office = await officeFor(t, { clock });
  const link = office.signInLink();
  clock.advance(10 * 60_000);
  assert.equal((await office.openBrowser().followLink(link)).body.code, 'link-used');
});

test('the set-up link claims the account that a sign-in link made, once', async (t) => {
  const office = await officeFor(t);
  const robin = (await office.browser.get<DeskMe>('/desk/api/me')).body.person;
  const token = tokenOf(office.setupLink() ?? '');
  await claim(office);
  const me = (await office.browser.get<DeskMe>('/desk/api/me')).body.person;
  assert.deepEqual(me, { id: robin.id, name: 'Ana' });
  assert.equal(office.setupLink(), null);
  const again = await office.openBrowser().post('/desk/api/owner', { token, ...ana });
  assert.deepEqual([again.status, again.body.code], [401, 'link-used']);
  const link = await office.openBrowser().followLink(office.signInLink());
  assert.equal(link.body.person.name, 'Ana');
});

test('who sat there before the account was claimed does not sit there any more', async (t) => {
  const office = await officeFor(t);
  const before = office.openBrowser();
  await before.followLink(office.signInLink());
  const unused = office.signInLink();
  await claim(office);
  assert.equal((await before.get('/desk/api/me')).status, 401);
  assert.equal((await office.openBrowser().followLink(unused)).body.code, 'link-used');
});

test('a name that cannot be stored as it is, is refused', async (t) => {
  const office = await officeFor(t);
  const token = tokenOf(office.setupLink() ?? '');
  for (const name of ['Eve\u0000', 'Eve\ud800', '', 'e'.repeat(81)]) {
    const answer = await office.browser.post('/desk/api/owner', { token, ...ana, name });
    assert.deepEqual([answer.status, answer.body.code], [422, 'wrong-shape'], JSON.stringify(name));
  }
});

test('a set-up link of an earlier start is good for nothing', async (t) => {
  const office = await officeFor(t);
  const old = office.setupLink() ?? '';
  await office.stop();
  await office.start();
  const answer = await office.browser.post('/desk/api/owner', { token: tokenOf(old), ...ana });
  assert.equal(answer.body.code, 'link-used');
  await claim(office);
  await office.stop();
  await office.start();
  assert.equal(office.setupLink(), null);
  assert.equal((await office.browser.get<DeskMe>('/desk/api/me')).status, 200, 'who was signed in still is');
});

test('two claims at once make one owner', async (t) => {
  const office = await officeFor(t);
  const token = tokenOf(office.setupLink() ?? '');
  const claims = [ana, { ...ana, name: 'Mallory', email: 'mallory@example.org' }].map((who) =>
    office.openBrowser().post('/desk/api/owner', { token, ...who }),
  );
  const statuses = (await Promise.all(claims)).map(({ status }) => status);
  assert.deepEqual(statuses.sort(), [200, 401]);
});

test('a wrong password and an unknown e-mail are refused alike', async (t) => {
  const office = await officeFor(t);
  await claim(office);
  const browser = office.openBrowser();
  const wrong = await browser.post('/desk/api/sign-in', { ...ana, password: 'another password' });
  const unknown = await browser.post('/desk/api/sign-in', { ...ana, email: 'bo@example.org' });
  assert.deepEqual([wrong.status, wrong.body.code], [401, 'sign-in-failed']);
  assert.equal(unknown.text, wrong.text);
  const right = await browser.post<DeskMe>('/desk/api/sign-in', { email: 'ana@EXAMPLE.org', password: ana.password });
  assert.deepEqual([right.status, right.body.person.name], [200, 'Ana']);
});

test('an owner without a password cannot be guessed', async (t) => {
  const office = await officeFor(t);
  const answer = await office.browser.post('/desk/api/sign-in', { email: 'null@null', password: 'null and void' });
  assert.equal(answer.body.code, 'sign-in-failed');
});

test('who guesses must wait, and may go on after that', async (t) => {
  const clock = handClock(Date.now());
  const office = await officeFor(t, { clock });
  await claim(office);
  const browser = office.openBrowser();
  const guess = (password: string) => browser.post('/desk/api/sign-in', { email: ana.email, password });
  for (let n = 0; n < 10; n += 1) assert.equal((await guess('a wrong password')).status, 401);
  const limited = await guess(ana.password);
  assert.deepEqual([limited.status, limited.body.code, limited.headers['retry-after']], [429, 'rate-limited', '600']);
  clock.advance(600_000);
  assert.equal((await guess(ana.password)).status, 200);
});

test('a sign-in slides while it is used, and ends when it is not', async (t) => {
  const clock = handClock(Date.now());
  const office = await officeFor(t, { clock });
  const day = 24 * 3_600_000;
  const me = () => office.browser.get('/desk/api/me');
  assert.equal((await me()).headers['set-cookie'], undefined);
  clock.advance(20 * day);
  const prolonged = await me();
  assert.equal(prolonged.headers['set-cookie']?.length, 1);
  clock.advance(20 * day);
  assert.equal((await me()).status, 200);
  clock.advance(30 * day);
  assert.deepEqual([(await me()).status, (await me()).body.code], [401, 'signed-out']);
});

test('a page that only streams keeps its cookie too', async (t) => {
  const clock = handClock(Date.now());
  const office = await officeFor(t, { clock });
  clock.advance(3_600_000);
  const stream = await office.browser.stream();
  assert.equal(stream.response.headers['set-cookie']?.length, 1);
});

test('who signs out is signed out', async (t) => {
  const office = await officeFor(t);
  const cookie = office.browser.cookie();
  const answer = await office.browser.post('/desk/api/sign-out');
  assert.equal(answer.status, 204);
  assert.match(answer.headers['set-cookie']?.[0] ?? '', /Max-Age=0/);
  assert.equal((await office.browser.get('/desk/api/me', { cookie })).status, 401);
});
