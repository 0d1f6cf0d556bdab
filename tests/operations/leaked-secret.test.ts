// BATON_SECRET leaked and was replaced: what was signed or sealed under the old one is worth nothing any more.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectTalk, houseFor } from '../house/kit/house.ts';

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
