// Secrets leaked and were replaced: what was signed, sealed or opened by the old ones is worth nothing any more.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { InvitationAnswer, PersonAnswer } from '../../src/contract/people/people.ts';
import { type Browser, openBrowser, tokenOf } from '../desk/kit/browser.ts';
import { freePort } from '../house/kit/free-port.ts';
import { connectTalk, houseFor } from '../house/kit/house.ts';
import { baton, batonDone, folderFor, type Program, printed, serving } from './kit/program.ts';

const changed = { BATON_SECRET: 'another-secret-for-tests' };

test('a new BATON_SECRET ends every session token, and calls wait until a virtual agent has a new secret', async (t) => {
  const house = await houseFor(t);
  const talk = await connectTalk(house);
  await house.stop();
  await house.start(changed);
  assert.equal((await house.step(talk, { input: 'x' })).status, 401);
  const socket = house.connect(talk, { after: talk.user.lastSeq() });
  assert.equal((await socket.ends()).code, 4401);

  const fresh = await house.init();
  const user = house.connect(fresh);
  await user.hears('Hello.');
  user.say('my wifi is down');
  await user.sees('connecting');
  assert.equal(house.desk.of('start', fresh.id).length, 0, 'nothing is sent that cannot be signed');
  type Secrets = { secrets: readonly unknown[] };
  assert.deepEqual((await house.ask<Secrets>('GET', '/agents/support/secrets')).body.secrets, []);
  const rotated = await house.ask<Secrets>('POST', '/agents/support/secrets');
  assert.equal(rotated.status, 200);
  assert.equal(rotated.body.secrets.length, 1, 'those that cannot be opened are not shown');
  await user.sees('connected');
});

const owner = { name: 'Robin', email: 'robin@desk.example', password: 'correct horse battery' };

test('who lost the password, or whose it is no more only theirs, is let in by a link and sets another one', async (t) => {
  const environment = { BATON_DATA: folderFor(t) };
  const server = baton(t, ['start'], environment);
  const url = await serving(server);
  const open = (): Browser => {
    const browser = openBrowser(() => url);
    t.after(() => browser.close());
    return browser;
  };
  const [thief, robin, anew] = [open(), open(), open()];
  await robin.post('/sign-in/owner', { ...owner, token: await printed(server, /#setup=(\S+)/) });
  assert.equal((await thief.post('/sign-in', owner)).status, 200);
  const link = await batonDone(t, ['people', 'link', 'Robin@desk.example'], environment);
  const entered = await anew.post<PersonAnswer>('/sign-in/link', { token: tokenOf(link.trim()) });
  assert.equal(entered.status, 200, entered.text);
  const { id } = entered.body.person;
  const { invitation } = (await anew.post<InvitationAnswer>(`/people/${id}/invitation`)).body;
  const fresh = { token: tokenOf(invitation.url), name: 'Robin', password: 'another horse battery' };
  assert.equal((await anew.post('/sign-in/invitation', fresh)).status, 200);
  for (const browser of [thief, robin]) assert.equal((await browser.get('/me')).body.code, 'signed-out');
  assert.equal((await open().post('/sign-in', owner)).body.code, 'sign-in-failed');
  assert.equal((await open().post('/sign-in', { ...owner, password: fresh.password })).status, 200);
  assert.equal((await anew.get('/me')).status, 200);
});

test('an owner of a desk of its own who was removed by hand is made anew by a link, and the old password opens nothing', async (t) => {
  const folder = folderFor(t);
  const port = String(await freePort());
  const start = (): Program =>
    baton(t, ['desk', '--router', 'http://127.0.0.1:9', '--key', 'k', '--port', port, '--data', folder], {});
  const first = start();
  const browser = openBrowser(() => `http://127.0.0.1:${port}`);
  t.after(() => browser.close());
  const token = await printed(first, /#setup=(\S+)/);
  assert.equal((await browser.post('/desk/api/owner', { ...owner, token })).status, 200);
  first.child.kill('SIGTERM');
  await first.ended;
  const database = new DatabaseSync(join(folder, 'desk.sqlite'));
  database.exec("DELETE FROM sign_ins; DELETE FROM people WHERE role = 'owner'");
  database.close();
  const second = start();
  const fresh = { ...owner, password: 'another horse battery', token: await printed(second, /#setup=(\S+)/) };
  assert.equal((await browser.post('/desk/api/sign-in', owner)).status, 401);
  assert.equal((await browser.post('/desk/api/owner', fresh)).status, 200);
});
