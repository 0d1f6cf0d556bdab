import assert from 'node:assert/strict';
import { test } from 'node:test';
import { supportFlow } from './kit/flows.ts';
import { connectTalk, type House, houseFor } from './kit/house.ts';

// Call logs that are asked for by what became of their sessions.

type Logs = Readonly<{ sessions: readonly Readonly<{ id: string; trial: boolean }>[]; total: number }>;

async function logged(house: House, query = ''): Promise<readonly string[]> {
  const { status, text, body } = await house.ask<Logs>('GET', `/insights/sessions?${query}`);
  assert.equal(status, 200, text);
  assert.equal(body.total, body.sessions.length);
  return body.sessions.map(({ id }) => id).sort();
}

test('open or ended, with a live agent or without, and trials or none: by each and by all of them', async (t) => {
  const house = await houseFor(t);
  const talk = await connectTalk(house);
  const left = await house.init();
  const user = house.connect(left);
  await user.hears('Hello.');
  user.send({ type: 'end' });
  await user.ends();
  const json = { definition: supportFlow(house.desk) };
  await house.ask('PUT', '/agents/support/draft', { json });
  const opened = await house.ask<{ session_id: string }>('POST', '/agents/support/draft/sessions');
  const trial = opened.body.session_id;
  const all = [talk.id, left.id, trial].sort();
  for (const [query, ids] of [
    ['', all],
    ['trial=with', all],
    ['trial=only', [trial]],
    ['trial=without', [talk.id, left.id].sort()],
    ['state=open', [talk.id, trial].sort()],
    ['state=ended', [left.id]],
    ['handoff=with', [talk.id]],
    ['handoff=without', [left.id, trial].sort()],
    ['state=open&handoff=without&trial=only&agent_id=support', [trial]],
    ['state=ended&handoff=with', []],
  ] as const) {
    assert.deepEqual(await logged(house, query), ids, query);
  }
  await house.disconnect(talk.id);
  assert.deepEqual(await logged(house, 'handoff=with'), [talk.id], 'also when the handoff is over');
});

test('filters that are none are refused with a sentence, and so is one that is not served', async (t) => {
  const house = await houseFor(t);
  for (const query of ['state=', 'state=closed', 'state=open&state=ended', 'handoff=1', 'trial=yes', 'user_id=ada']) {
    const { status, body } = await house.ask('GET', `/insights/sessions?${query}`);
    assert.deepEqual([status, body.code, body.faults?.[0]?.path], [422, 'wrong-shape', query.split('=')[0]], query);
  }
  const { body } = await house.ask('GET', '/insights/sessions?user_id=ada');
  assert.equal(body.message, 'user_id: user_id is not served yet; leave it out (a session names its user).');
});
