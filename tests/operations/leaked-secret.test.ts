// Secrets leaked and were replaced: what was signed, sealed or opened by the old ones is worth nothing any more.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { openBrowser } from '../desk/kit/browser.ts';
import { connectTalk, houseFor } from '../house/kit/house.ts';
import { baton, folderFor, printed, serving } from './kit/program.ts';

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

test('an owner of the desk who was removed by hand is made anew by a link, and the old password opens nothing', async (t) => {
  const folder = folderFor(t);
  const first = baton(t, ['start'], { BATON_DATA: folder });
  const url = await serving(first);
  const browser = openBrowser(() => url);
  const owner = { name: 'Robin', email: 'robin@desk.example', password: 'correct horse battery' };
  const token = await printed(first, /#setup=(\S+)/);
  assert.equal((await browser.post('/desk/api/owner', { ...owner, token })).status, 200);
  browser.close();
  first.child.kill('SIGTERM');
  await first.ended;
  const database = new DatabaseSync(join(folder, 'desk.sqlite'));
  database.exec("DELETE FROM sign_ins; DELETE FROM people WHERE role = 'owner'");
  database.close();
  const second = baton(t, ['start'], { BATON_DATA: folder });
  const again = await serving(second);
  const late = openBrowser(() => again);
  t.after(() => late.close());
  assert.equal((await late.post('/desk/api/sign-in', owner)).status, 401);
  const fresh = { ...owner, password: 'another horse battery', token: await printed(second, /#setup=(\S+)/) };
  assert.equal((await late.post('/desk/api/owner', fresh)).status, 200);
});
