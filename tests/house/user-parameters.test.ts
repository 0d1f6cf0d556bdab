import assert from 'node:assert/strict';
import { test } from 'node:test';
import { routing } from './kit/flows.ts';
import { type Conversation, type House, houseFor } from './kit/house.ts';

// Parameters of users that init names: what one session sets the next one begins with, on whichever virtual agent.

type Value = string | readonly string[];
type Kept = Readonly<{ user_id: string; parameters: Readonly<Record<string, Value>>; forgotten?: number }>;

const declared = [
  { name: 'tier', kind: 'user', value: 'none' },
  { name: 'SEEN', kind: 'user', multi: true },
  { name: 'ISSUE', kind: 'custom' },
] as const;

/** Asks for the tier and ends. */
const asking = (parameters: readonly object[]) => ({
  name: 'Users',
  parameters,
  start: 'ask',
  nodes: { ask: { type: 'collect-input', parameter: 'tier', prompt: 'Tier, not $tier?', outputs: {} } },
});

/** Asks for the tier, notes that this was done, and asks again. */
const support = {
  ...asking(declared),
  nodes: {
    ask: { ...asking(declared).nodes.ask, outputs: { default: 'note' } },
    note: {
      type: 'set-parameter',
      parameter: 'SEEN',
      operation: 'append',
      value: '$tier',
      outputs: { default: 'ask' },
    },
  },
};

const ada = { id: 'ada' };

const begunWith = async (house: House, { id }: Conversation): Promise<unknown> =>
  (await house.eventsOf(id, 'session-started'))[0]?.parameters;

/** What a session of the user begins with now. */
const begin = async (house: House, user?: { id: string }, agentId = 'support'): Promise<unknown> =>
  begunWith(house, await house.init(agentId, user));

const pathOf = (id: string): string => `/users/${encodeURIComponent(id)}/parameters`;

const keptOf = async (house: House, id: string): Promise<unknown> =>
  (await house.ask<Kept>('GET', pathOf(id))).body.parameters;

const setting = (name: string, value: Value) => ({ input: null, parameters: [{ name, value }] });

test('what a node or a client sets in one session the next one begins with, and after a restart too', async (t) => {
  const house = await houseFor(t);
  await house.publish(support);
  const first = await house.init('support', ada);
  assert.deepEqual(await begunWith(house, first), { tier: 'none' });
  await house.step(first, setting('ISSUE', 'wifi'));
  await house.step(first, { input: 'gold' });
  assert.deepEqual(await begin(house, ada), { tier: 'gold', SEEN: ['gold'] });
  const user = house.connect(await house.init('support', ada));
  await user.hears('Tier, not gold?');
  user.send({ type: 'parameters', parameters: [{ name: 'SEEN', value: ['a', 'b'] }] });
  await house.until('it is kept', async () => JSON.stringify(await keptOf(house, 'ada')).includes('"a"'));
  assert.deepEqual(await begin(house, ada), { tier: 'gold', SEEN: ['a', 'b'] });
  await house.stop();
  await house.start();
  assert.deepEqual(await begin(house, ada), { tier: 'gold', SEEN: ['a', 'b'] });
  assert.deepEqual(await keptOf(house, 'ada'), { tier: 'gold', SEEN: ['a', 'b'] });
});

test('a step of a second session is told the kept value', async (t) => {
  const house = await houseFor(t);
  await house.publish(support);
  const first = await house.init('support', ada);
  await house.step(first, setting('tier', 'lead'));
  const { body } = await house.step<{ messages: unknown }>(await house.init('support', ada), { input: '' });
  assert.deepEqual(body.messages, [{ text: 'Tier, not lead?' }]);
  const { body: again } = await house.step<{ messages: unknown }>(first, { input: 'tin' });
  assert.deepEqual(again.messages, [{ text: 'Tier, not tin?' }]);
});

test('another virtual agent has what it declares, in its own shape, and one that declares nothing has nothing', async (t) => {
  const house = await houseFor(t);
  await house.publish(support);
  await house.publish(
    asking([
      { name: 'tier', kind: 'user', multi: true },
      { name: 'SEEN', kind: 'user' },
    ]),
    'other',
  );
  await house.publish(asking([{ name: 'tier', kind: 'custom', value: 'own' }]), 'custom');
  await house.publish(asking([]), 'bare');
  const session = await house.init('support', ada);
  for (const json of [setting('tier', 'gold'), setting('SEEN', ['a', 'b'])]) await house.step(session, json);
  assert.deepEqual(await begin(house, ada, 'other'), { tier: ['gold'], SEEN: 'a, b' });
  assert.deepEqual(await begin(house, ada, 'custom'), { tier: 'own' });
  assert.deepEqual(await begin(house, ada, 'bare'), {});
  await house.step(await house.init('custom', ada), setting('tier', 'not kept'));
  await house.step(await house.init('bare', ada), setting('tier', 'not kept'));
  assert.deepEqual(await keptOf(house, 'ada'), { tier: 'gold', SEEN: ['a', 'b'] });
});

test('another user has nothing of it, nor has nobody', async (t) => {
  const house = await houseFor(t);
  await house.publish({ ...support, webChat: true });
  await house.step(await house.init('support', ada), setting('tier', 'gold'));
  await house.step(await house.init(), setting('tier', 'of nobody'));
  const answer = await house.askBare<{ session_id: string; session_token: string }>('POST', '/chat/support/session');
  const visitor = { id: answer.body.session_id, token: answer.body.session_token };
  const user = house.connect(visitor);
  user.say('silver');
  await user.hears('Tier, not silver?');
  assert.deepEqual(await begunWith(house, visitor), { tier: 'none' });
  for (const other of [undefined, { id: 'bob' }, { id: 'Ada' }]) {
    assert.deepEqual(await begin(house, other), { tier: 'none' });
  }
  assert.deepEqual(await keptOf(house, 'ada'), { tier: 'gold' });
});

test('what the flow sets when a live agent is done is kept too', async (t) => {
  const house = await houseFor(t);
  const nodes = {
    human: routing(house.desk, { outputs: { default: 'note' } }),
    note: { type: 'set-parameter', parameter: 'tier', value: 'served', outputs: { default: null } },
  };
  await house.publish({ ...support, start: 'human', nodes });
  const session = await house.init('support', ada);
  const user = house.connect(session);
  await user.sees('connected');
  await house.disconnect(session.id);
  await user.ends();
  assert.deepEqual(await begin(house, ada), { tier: 'served' });
});

test('of two sessions of one user at once each keeps what it sets, and the later value counts', async (t) => {
  const house = await houseFor(t);
  await house.publish(support);
  const sessions = await Promise.all(Array.from({ length: 12 }, () => house.init('support', ada)));
  await Promise.all(sessions.map((session, index) => house.step(session, setting('tier', `value ${index}`))));
  await Promise.all(sessions.map((session) => house.step(session, setting('SEEN', ['all', 'of', 'them']))));
  const set = (await Promise.all(sessions.map(({ id }) => house.eventsOf(id, 'parameters-set')))).flat();
  const { tier, SEEN } = (await keptOf(house, 'ada')) as { tier: string; SEEN: unknown };
  assert.ok(
    set.some(({ parameters }) => JSON.stringify(parameters) === JSON.stringify([{ name: 'tier', value: tier }])),
  );
  assert.deepEqual(SEEN, ['all', 'of', 'them']);
  const [one, two] = sessions;
  assert.ok(one && two);
  await house.step(two, setting('tier', 'from two'));
  await house.step(one, setting('tier', 'from one'));
  assert.deepEqual(await begin(house, ada), { tier: 'from one', SEEN });
  assert.equal(set.length, 24);
});

test('a user is forgotten: whoever manages does it, on the record, and a later session begins anew', async (t) => {
  const house = await houseFor(t);
  await house.publish(support);
  for (const user of [ada, { id: 'bob' }]) {
    const session = await house.init('support', user);
    for (const json of [setting('tier', 'gold'), setting('SEEN', ['x'])]) await house.step(session, json);
  }
  const reader = { headers: { 'x-vgai-key': await house.makeKey(['read']) } };
  assert.equal((await house.ask('GET', pathOf('ada'), reader)).status, 200);
  assert.equal((await house.ask('DELETE', pathOf('ada'), reader)).body.code, 'scope-missing');
  const opener = { headers: { 'x-vgai-key': await house.makeKey(['init', 'live-agent']) } };
  assert.equal((await house.ask('GET', pathOf('ada'), opener)).body.code, 'scope-missing');
  assert.deepEqual((await house.ask('DELETE', pathOf('ada'))).body, { user_id: 'ada', forgotten: 2 });
  assert.deepEqual((await house.ask('DELETE', pathOf('ada'))).body, { user_id: 'ada', forgotten: 0 });
  assert.deepEqual([await keptOf(house, 'ada'), await begin(house, ada)], [{}, { tier: 'none' }]);
  assert.deepEqual(await keptOf(house, 'bob'), { tier: 'gold', SEEN: ['x'] });
  const { body } = await house.ask<{ entries: readonly Record<string, unknown>[] }>('GET', '/audit');
  const entries = body.entries.filter(({ operation }) => operation === 'forgetUser');
  assert.deepEqual(
    entries.map(({ actor, target, status }) => [actor, target, status]),
    [
      ['BATON_KEY', 'ada', 200],
      ['BATON_KEY', 'ada', 200],
      ['test', 'ada', 403],
    ],
  );
});

test('whatever the id of a user is, its path names them', async (t) => {
  const house = await houseFor(t);
  await house.publish(support);
  const ids = [
    'a/b?c#d%20 +',
    '\u{1f44b}'.repeat(256),
    'é"\\\n',
    "'; DROP TABLE user_parameters; --",
    '__proto__',
    '%2F',
  ];
  for (const id of ids) {
    await house.step(await house.init('support', { id }), setting('tier', `of ${id}`));
    const { body } = await house.ask<Kept>('GET', pathOf(id));
    assert.deepEqual(body, { user_id: id, parameters: { tier: `of ${id}` } });
  }
  for (const id of ids) assert.equal((await house.ask<Kept>('DELETE', pathOf(id))).body.forgotten, 1);
  // Nothing is kept of those whom no path could name, and their sessions go on.
  for (const id of ['nul \0', 'half \ud83d']) {
    const session = await house.init('support', { id });
    assert.equal((await house.step(session, setting('tier', 'gold'))).status, 200);
    assert.deepEqual(await begin(house, { id }), { tier: 'none' });
  }
  assert.equal((await house.ask('GET', '/users/nul%00/parameters')).body.code, 'wrong-shape');
  assert.equal((await house.ask('GET', `/users/${'x'.repeat(257)}/parameters`)).body.code, 'wrong-shape');
  assert.deepEqual(await house.storage.ask('SELECT * FROM user_parameters'), []);
});
