// Contract 3.9: every cell of the table of states, through the real program.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { heldReply } from './kit/desk.ts';
import { supportFlow } from './kit/flows.ts';
import { beginTalk, connectTalk, type House, handOver, houseFor, issue, type Talk } from './kit/house.ts';

const hands = Date.UTC(2026, 4, 3, 7, 56, 26);
const ok = { status: 200 } as const;

test('connecting: what the end user writes is kept and follows as inbound after the start call was answered', async (t) => {
  const house = await houseFor(t);
  const start = heldReply();
  house.desk.behave = ({ kind }) => (kind === 'start' ? start.promise : ok);
  const { id, user } = await handOver(house);
  user.say('one');
  user.say('two');
  await user.hears('two');
  await house.settle();
  assert.deepEqual(house.desk.of('inbound'), [], 'nothing may come before the start call was answered');
  start.give(ok);
  await house.until('both follow', () => house.desk.of('inbound', id).length === 2);
  assert.deepEqual(
    house.desk.calls.map(({ kind, body }) => [kind, body.text]),
    [
      ['start', undefined],
      ['inbound', 'one'],
      ['inbound', 'two'],
    ],
  );
  assert.deepEqual(house.desk.of('start')[0]?.body.history?.transcription, [
    { agent: 'Hello.' },
    { user: issue },
    { agent: 'One moment.' },
  ]);
});

test('connecting: an outbound is accepted and connects before the start call was answered', async (t) => {
  const house = await houseFor(t);
  const start = heldReply();
  house.desk.behave = ({ kind }) => (kind === 'start' ? start.promise : ok);
  const { id, user } = await handOver(house);
  user.say('hello?');
  await user.hears('hello?');
  const answer = await house.outbound(id, { text: 'Here I am.' });
  assert.equal(answer.status, 200);
  await user.sees('connected');
  await user.hears('Here I am.');
  await house.settle();
  assert.deepEqual(house.desk.of('inbound'), [], 'the lane keeps its order: inbound waits for the start call');
  start.give(ok);
  await house.until('the message follows', () => house.desk.of('inbound', id).length === 1);
  assert.equal((await house.eventsOf(id, 'handoff-connected')).length, 1, 'the answer connects no second time');
});

test('connecting: a start call that is answered after an outbound has connected is owed no more', async (t) => {
  const house = await houseFor(t);
  const start = heldReply();
  house.desk.behave = ({ kind }) => (kind === 'start' ? start.promise : ok);
  const { id, user } = await handOver(house);
  await house.until('the start call is under way', () => house.desk.of('start', id).length === 1);
  await house.outbound(id, { text: 'Here I am.' });
  await user.hears('Here I am.');
  user.say('hello?');
  await user.hears('hello?');
  start.give(ok);
  await house.until('the message follows', () => house.desk.of('inbound', id).length === 1);
  await house.until('nothing is owed', async () => (await house.deliveries('state=owed')).length === 0);
});

test('connecting: an outbound after the connection by outbound survives a refusal of the start call', async (t) => {
  const house = await houseFor(t);
  const start = heldReply();
  house.desk.behave = ({ kind }) => (kind === 'start' ? start.promise : ok);
  const { id, user } = await handOver(house);
  await house.outbound(id, { text: 'Here I am.' });
  start.give({ status: 404 });
  await house.until('the start call is dead', async () => (await house.eventsOf(id, 'delivery-died')).length === 1);
  assert.equal((await house.outbound(id, { text: 'Still here.' })).status, 200);
  await user.hears('Still here.');
});

test('connecting: a desk that refuses many start calls at once is told nothing of what waits behind them', async (t) => {
  const house = await houseFor(t);
  const start = heldReply();
  house.desk.behave = ({ kind }) => (kind === 'start' ? start.promise : ok);
  const talks = [await handOver(house)];
  talks.push(...(await Promise.all(Array.from({ length: 39 }, () => beginTalk(house)))));
  await Promise.all(
    talks.map(async ({ user }) => {
      user.say('hello?');
      await user.hears('hello?');
    }),
  );
  await house.until('all starts are under way', () => house.desk.of('start').length === talks.length);
  start.give({ status: 410 });
  for (const { user } of talks) user.say('is anybody there?');
  await Promise.all(talks.map(({ user }) => user.hears('Bot heard is anybody there?.')));
  await house.until('all are told the end', () => house.desk.of('ended').length === talks.length);
  assert.deepEqual(house.desk.of('inbound'), [], 'what the flow took reached no desk');
});

test('connecting: a disconnect takes Failed', async (t) => {
  const house = await houseFor(t);
  house.desk.behave = ({ kind }) => (kind === 'start' ? 'hang' : ok);
  const { id, user } = await handOver(house);
  assert.equal((await house.disconnect(id)).status, 200);
  assert.equal((await user.sees('ended')).reason, 'failed');
  await user.hears('Nobody is here.');
});

test('connecting: a 2xx connects', async (t) => {
  const house = await houseFor(t);
  const { id, user } = await handOver(house);
  await user.sees('connected');
  const [connected] = await house.eventsOf(id, 'handoff-connected');
  assert.equal(connected?.by, 'start');
});

for (const status of [301, 400, 401, 404, 410, 422]) {
  test(`connecting: a final refusal (${status}) takes Failed at once`, async (t) => {
    const house = await houseFor(t, { hands });
    house.desk.behave = ({ kind }) => (kind === 'start' ? { status, headers: { location: '/start' } } : ok);
    const { id, user } = await handOver(house);
    assert.equal((await user.sees('ended')).reason, 'failed');
    await user.hears('Nobody is here.');
    assert.equal(house.desk.of('start', id).length, 1, 'it is neither repeated nor followed elsewhere');
  });
}

for (const trouble of ['hang', 'reset', { status: 503 }, { status: 429 }] as const) {
  const name = typeof trouble === 'string' ? trouble : `answers ${trouble.status}`;
  test(`connecting: when the desk ${name}, connectWithin ends the wait to the millisecond`, async (t) => {
    const house = await houseFor(t, { hands });
    house.desk.behave = ({ kind }) => (kind === 'start' ? trouble : ok);
    const { id, user } = await handOver(house, { connectWithin: 7 });
    house.hands.advance(6_999);
    await house.settle();
    assert.deepEqual(await house.eventsOf(id, 'handoff-ended'), []);
    house.hands.advance(1);
    assert.equal((await user.sees('ended')).reason, 'failed');
    const [ended] = await house.eventsOf(id, 'handoff-ended');
    assert.equal(Date.parse(String(ended?.at)), hands + 7_000);
  });
}

test('connecting: the start call is repeated within connectWithin, 30 s when the node does not say', async (t) => {
  const house = await houseFor(t, { hands });
  house.desk.behave = ({ kind }) => (kind === 'start' ? { status: 500 } : ok);
  const { id, user } = await handOver(house);
  await house.advanceUntil('it was tried four times', 100, () => house.desk.of('start').length >= 4);
  assert.ok(house.hands.now() < hands + 30_000, 'four tries fit into 30 s');
  house.desk.behave = () => ok;
  await house.advanceUntil('it is connected', 100, () =>
    user.frames.some((frame) => frame.type === 'session' && frame.handoff?.state === 'connected'),
  );
  const starts = house.desk.of('start', id);
  assert.equal(new Set(starts.map((call) => call.id)).size, 1);
  assert.equal(new Set(starts.map((call) => call.raw)).size, 1);
});

test('connecting: without a socket in the session the node takes Failed', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  const session = await house.init();
  await house.step(session, { input: 'hi' });
  const answer = await house.step<{ messages: { text: string }[]; owner?: string }>(session, { input: issue });
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.body.messages, [{ text: 'One moment.' }, { text: 'Nobody is here.' }]);
  assert.equal(answer.body.owner, undefined);
  await house.settle();
  assert.deepEqual(house.desk.calls, [], 'no desk is troubled');
});

test('after Failed the waiting messages become the next inputs of the flow, in order, and no desk gets them', async (t) => {
  const house = await houseFor(t);
  const start = heldReply();
  house.desk.behave = ({ kind }) => (kind === 'start' ? start.promise : ok);
  const { id, user } = await handOver(house);
  for (const text of ['one', 'two', 'three']) user.say(text);
  await user.hears('three');
  start.give({ status: 404 });
  await user.hears('Bot heard three.');
  assert.deepEqual(user.texts().slice(-4), ['Nobody is here.', 'Bot heard one.', 'Bot heard two.', 'Bot heard three.']);
  await house.until('the desk is told of the end', () => house.desk.of('ended', id).length === 1);
  assert.deepEqual(house.desk.of('inbound'), []);
  assert.equal(house.desk.of('ended')[0]?.body.reason, 'failed');
  user.say('four');
  await user.hears('Bot heard four.');
});

test('a message that waited through Failed reaches the next desk in its transcript, once', async (t) => {
  const house = await houseFor(t);
  const start = heldReply();
  house.desk.behave = ({ kind, body }) => (kind === 'start' && body.handoff?.epoch === 1 ? start.promise : ok);
  const { id, user } = await handOver(house, { outputs: { failed: 'human', default: 'back' } });
  user.say('anybody?');
  await user.hears('anybody?');
  start.give({ status: 404 });
  await user.sees('connected', 2);
  const second = house.desk.of('start', id)[1];
  assert.deepEqual(second?.body.history?.transcription.at(-1), { user: 'anybody?' });
  await house.disconnect(id);
  await user.hears('Back with the bot.');
  await house.settle();
  assert.deepEqual(house.desk.of('inbound'), []);
  assert.ok(!user.texts().includes('Bot heard anybody?.'), 'a desk had it, so the flow does not get it again');
});

test('connected: what the end user writes is inbound, in order and with the seq before it', async (t) => {
  const house = await houseFor(t);
  const { id, user } = await connectTalk(house);
  for (const text of ['one', 'two', 'three']) user.say(text);
  await house.until('three came', () => house.desk.of('inbound', id).length === 3);
  const bodies = house.desk.of('inbound', id).map(({ body }) => body);
  assert.deepEqual(
    bodies.map(({ text, epoch }) => [text, epoch]),
    [
      ['one', 1],
      ['two', 1],
      ['three', 1],
    ],
  );
  const lastSeq = house.desk.of('start')[0]?.body.handoff?.lastSeq;
  assert.deepEqual(
    bodies.map(({ previousSeq }) => previousSeq),
    [lastSeq, bodies[0]?.seq, bodies[1]?.seq],
  );
});

test('connected: an outbound reaches the end user', async (t) => {
  const house = await houseFor(t);
  const { id, user } = await connectTalk(house);
  const json = { text: 'Have you tried to restart it?', liveAgent: { id: 'a1', name: 'Ada', team: 'wifi' } };
  assert.equal((await house.outbound(id, json)).status, 200);
  const frame = await user.hears(json.text);
  assert.equal(frame.from, 'live_agent');
  assert.deepEqual(frame.liveAgent, { name: 'Ada', team: 'wifi' });
});

test('connected: a disconnect takes Default', async (t) => {
  const house = await houseFor(t);
  const { id, user } = await connectTalk(house);
  assert.equal((await house.disconnect(id, { outcome: 'solved', tags: ['wifi'] })).status, 200);
  assert.equal((await user.sees('ended')).reason, 'disconnected');
  await user.hears('Back with the bot.');
  const [ended] = await house.eventsOf(id, 'handoff-ended');
  assert.deepEqual([ended?.outcome, ended?.result, ended?.tags], ['disconnected', 'solved', ['wifi']]);
});

test('connected: a clock that runs out takes No response', async (t) => {
  const house = await houseFor(t, { hands });
  const { id, user } = await connectTalk(house, { responseWaitingTime: 1 });
  house.hands.advance(3_600_000);
  assert.equal((await user.sees('ended')).reason, 'no-response');
  await user.hears('Too late.');
  await house.until('the desk is told', () => house.desk.of('ended', id)[0]?.body.reason === 'no-response');
});

for (const state of ['connecting', 'connected'] as const) {
  test(`${state}: an end user who leaves ends the session where the node has no output for it`, async (t) => {
    const house = await houseFor(t);
    const start = heldReply();
    house.desk.behave = ({ kind }) => (kind === 'start' && state === 'connecting' ? start.promise : ok);
    const { id, user } = await handOver(house);
    await user.sees(state);
    user.send({ type: 'end' });
    assert.equal((await user.ends()).code, 4410);
    start.give(ok);
    await house.until('the desk is told', () => house.desk.of('ended', id)[0]?.body.reason === 'user-left');
    assert.deepEqual(
      (await house.eventsOf(id, 'session-ended')).map(({ reason }) => reason),
      ['user-left'],
    );
  });
}

test('connected: an end user who leaves takes user left where the node has that output', async (t) => {
  const house = await houseFor(t);
  const outputs = { default: 'back', failed: 'sorry', noResponse: 'late', userLeft: 'more' };
  const { id, user } = await connectTalk(house, { outputs });
  user.send({ type: 'end' });
  assert.equal((await user.sees('ended')).reason, 'user-left');
  user.say('I am back');
  await user.hears('Bot heard I am back.');
  assert.deepEqual(await house.eventsOf(id, 'session-ended'), []);
});

for (const state of ['connecting', 'connected'] as const) {
  test(`${state}: a session whose time is over ends the handoff as expired`, async (t) => {
    const house = await houseFor(t, { hands, environment: { BATON_SESSION_HOURS: '1' } });
    house.desk.behave = ({ kind }) => (kind === 'start' && state === 'connecting' ? { status: 503 } : ok);
    const { id, user } = await handOver(house, { responseWaitingTime: 20, connectWithin: 3600 });
    await user.sees(state);
    house.desk.behave = () => ok;
    house.hands.advance(3_600_000);
    assert.equal((await user.ends()).code, 4410);
    await house.advanceUntil('the desk is told', 100, () => house.desk.of('ended', id)[0]?.body.reason === 'expired');
    const ends = (await house.events(id)).filter(({ kind }) => kind.endsWith('-ended'));
    assert.deepEqual(
      ends.map(({ kind, outcome, reason }) => [kind, outcome ?? reason]),
      [
        ['handoff-ended', 'expired'],
        ['session-ended', 'expired'],
      ],
    );
  });
}

test('ended: the end user writes to the flow, and the desk hears nothing of it', async (t) => {
  const house = await houseFor(t);
  const { id, user } = await connectTalk(house);
  await house.disconnect(id);
  await user.hears('Back with the bot.');
  user.say('are you there?');
  await user.hears('Bot heard are you there?.');
  await house.until('the end was told', () => house.desk.of('ended', id).length === 1);
  await house.settle();
  assert.deepEqual(house.desk.of('inbound'), []);
});

test('ended: an outbound is refused with 409 that names the owner', async (t) => {
  const house = await houseFor(t);
  const { id, user } = await connectTalk(house);
  await house.disconnect(id);
  const refused = await house.outbound(id, { text: 'one more thing' });
  assert.deepEqual(
    [refused.status, refused.body.statusCode, refused.body.code, refused.body.owner],
    [409, 409, 'wrong-owner', 'virtual_agent'],
  );
  user.send({ type: 'end' });
  await user.ends();
  const afterEnd = await house.outbound(id, { text: 'one more thing' });
  assert.deepEqual([afterEnd.status, afterEnd.body.owner], [409, 'nobody']);
  assert.ok(!user.texts().includes('one more thing'));
});

test('ended: a disconnect is answered with 200 and changes nothing', async (t) => {
  const house = await houseFor(t);
  const { id, user } = await connectTalk(house);
  await house.disconnect(id);
  await user.hears('Back with the bot.');
  const before = await house.events(id);
  for (const json of [{}, { epoch: 1 }]) assert.equal((await house.disconnect(id, json)).status, 200);
  assert.deepEqual(await house.events(id), before);
});

test('ended: a disconnect that changed nothing is remembered too: repeated late, it spares the next handoff', async (t) => {
  const house = await houseFor(t);
  const { id, user } = await connectTalk(house);
  await house.disconnect(id);
  const again = { 'idempotency-key': 'the-same-call' };
  const first = await house.disconnect(id, {}, again);
  user.say('human');
  await user.sees('connected', 2);
  const repeat = await house.disconnect(id, {}, again);
  assert.deepEqual([first.status, repeat.status], [200, 200]);
  assert.equal((await house.outbound(id, { text: 'Still here.' })).status, 200, 'handoff 2 goes on');
});

test('a later node starts the next epoch in a lane of its own, while the lane of epoch 1 is still delivered', async (t) => {
  const house = await houseFor(t, { hands });
  const { id, user } = await connectTalk(house);
  let down = true;
  house.desk.behave = ({ kind, body }) => (down && kind === 'inbound' && body.epoch === 1 ? { status: 503 } : ok);
  user.say('one');
  user.say('two');
  await house.until('the first is refused', () => house.desk.of('inbound', id).length === 1);
  await house.disconnect(id);
  await user.hears('Back with the bot.');
  user.say('human');
  await user.sees('connected', 2);
  user.say('to the second desk');
  await house.until('epoch 2 is served', () => house.desk.calls.some(({ body }) => body.text === 'to the second desk'));
  down = false;
  await house.advanceUntil('epoch 1 is told of its end', 200, () => house.desk.of('ended', id).length === 1);
  const first = house.desk.firstArrivals(id);
  const ofEpoch = (epoch: number) =>
    first
      .filter(({ body }) => (body.epoch ?? body.handoff?.epoch) === epoch)
      .map(({ kind, body }) => body.text ?? body.reason ?? kind);
  assert.deepEqual(ofEpoch(1), ['start', 'one', 'two', 'disconnected']);
  assert.deepEqual(ofEpoch(2), ['start', 'to the second desk']);
  const transcript = house.desk.of('start', id)[1]?.body.history?.transcription;
  assert.deepEqual(transcript?.slice(-5), [
    { user: 'one' },
    { user: 'two' },
    { agent: 'Back with the bot.' },
    { user: 'human' },
    { agent: 'Bot heard human.' },
  ]);
});

test('a write that names a former epoch is refused while another one owns the session', async (t) => {
  const house = await houseFor(t);
  const { id, user } = await connectTalk(house);
  await house.disconnect(id);
  user.say('human');
  await user.sees('connected', 2);
  await house.until(
    'the desk has taken all',
    async () => (await house.deliveries(`session=${id}&state=owed`)).length === 0,
  );
  const before = await house.events(id);
  const late = [
    await house.outbound(id, { text: 'late', epoch: 1 }),
    await house.disconnect(id, { epoch: 1 }),
    await house.ask('POST', `/live-agent/assign/${id}`, { json: { epoch: 1 } }),
  ];
  for (const { status, body } of late) {
    assert.deepEqual([status, body.code, body.owner, body.epoch], [409, 'wrong-epoch', 'live_agent', 2]);
  }
  assert.deepEqual(await house.events(id), before);
  assert.equal((await house.outbound(id, { text: 'on time', epoch: 2 })).status, 200);
  assert.equal((await house.disconnect(id, { epoch: 2 })).status, 200);
});

test('a write that names an epoch that is yet to come is refused', async (t) => {
  const house = await houseFor(t);
  const { id } = await connectTalk(house);
  for (const answer of [await house.outbound(id, { text: 'x', epoch: 2 }), await house.disconnect(id, { epoch: 2 })]) {
    assert.deepEqual([answer.status, answer.body.code], [409, 'wrong-epoch']);
  }
});

test('a disconnect in a session that never had a handoff is refused', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  const session = await house.init();
  const answer = await house.disconnect(session.id);
  assert.deepEqual([answer.status, answer.body.owner], [409, 'virtual_agent']);
});

test('queued: connected, but the shorter clocks start with the assignment', async (t) => {
  const house = await houseFor(t, { hands });
  house.desk.behave = ({ kind }) => ({ status: 200, body: kind === 'start' ? '{"state":"queued","place":3}' : '' });
  const { id, user } = await handOver(house, { firstResponseWithin: 60, responseWaitingTime: 1 });
  const frame = await user.sees('connected');
  assert.deepEqual(frame.handoff, { epoch: 1, state: 'connected', queued: true, place: 3 });
  house.hands.advance(600_000);
  await house.settle();
  assert.deepEqual(await house.eventsOf(id, 'handoff-ended'), [], 'nobody was assigned, so nobody is late');
  const assigned = await house.ask('POST', `/live-agent/assign/${id}`, { json: { liveAgent: { id: 'a1' } } });
  assert.equal(assigned.status, 200);
  const dueAt = new Date(house.hands.now() + 60_000).toISOString();
  assert.deepEqual(assigned.body, { session_id: id, owner: 'live_agent', respondBy: dueAt });
  house.hands.advance(59_999);
  await house.settle();
  assert.deepEqual(await house.eventsOf(id, 'handoff-ended'), []);
  house.hands.advance(1);
  assert.equal((await user.sees('ended')).reason, 'no-response');
});

test('queued: the waiting time runs from the connection all the same', async (t) => {
  const house = await houseFor(t, { hands });
  house.desk.behave = ({ kind }) => ({ status: 200, body: kind === 'start' ? '{"state":"queued"}' : '' });
  const { user } = await handOver(house, { responseWaitingTime: 1 });
  await user.sees('connected');
  house.hands.advance(3_600_000);
  assert.equal((await user.sees('ended')).reason, 'no-response');
});

test('queued: an outbound assigns; an assignment of one that has somebody changes nothing', async (t) => {
  const house = await houseFor(t);
  house.desk.behave = ({ kind }) => ({ status: 200, body: kind === 'start' ? '{"state":"queued"}' : '' });
  const { id, user } = await handOver(house);
  await user.sees('connected');
  await house.outbound(id, { text: 'Mine.', liveAgent: { id: 'a1' } });
  const before = await house.events(id);
  assert.equal(before.filter(({ kind }) => kind === 'handoff-assigned').length, 1);
  const again = await house.ask('POST', `/live-agent/assign/${id}`, { json: {} });
  assert.equal(again.status, 200);
  assert.deepEqual(await house.events(id), before);
});

test('connecting: nobody can be assigned before the connection', async (t) => {
  const house = await houseFor(t);
  house.desk.behave = () => 'hang';
  const { id } = await handOver(house);
  const answer = await house.ask('POST', `/live-agent/assign/${id}`, { json: {} });
  assert.deepEqual([answer.status, answer.body.owner], [409, 'live_agent']);
});

test('the ended call is the last of its lane and has the reason', async (t) => {
  const house = await houseFor(t);
  const { id, user } = await connectTalk(house);
  const slow = heldReply();
  house.desk.behave = ({ body }) => (body.text === 'one' ? slow.promise : ok);
  for (const text of ['one', 'two', 'three']) user.say(text);
  await user.hears('three');
  await house.disconnect(id);
  await user.hears('Back with the bot.');
  await house.settle();
  assert.deepEqual(house.desk.of('ended'), [], 'what was owed before it goes first');
  slow.give(ok);
  await house.until('the desk is told', () => house.desk.of('ended', id).length === 1);
  assert.deepEqual(
    house.desk.of('inbound').map(({ body }) => body.text),
    ['one', 'two', 'three'],
  );
  assert.deepEqual(house.desk.calls.at(-1)?.body, { sessionId: id, epoch: 1, reason: 'disconnected' });
});

test('a handoff has one outcome, whoever comes at the same moment', async (t) => {
  const house = await houseFor(t, { hands });
  await connectTalk(house);
  const talk = await beginTalk(house);
  await talk.user.sees('connected');
  await Promise.all([
    ...Array.from({ length: 5 }, () => house.disconnect(talk.id)),
    talk.user.send({ type: 'end' }),
    house.hands.advance(25_000_000),
  ]);
  await talk.user.sees('ended');
  await house.settle();
  assert.equal((await house.eventsOf(talk.id, 'handoff-ended')).length, 1);
  await house.until('the desk is told', () => house.desk.of('ended', talk.id).length > 0);
  assert.equal(house.desk.of('ended', talk.id).length, 1);
});

/** How a handoff ends while a live agent owns the session, without a word of the desk. */
const endings = {
  'user-left': async (_: House, { user }: Talk) => {
    user.send({ type: 'end' });
    await user.ends();
  },
  expired: async (house: House, { user }: Talk) => {
    house.hands.advance(3_600_000);
    await user.ends();
  },
} as const;

for (const [reason, end] of Object.entries(endings)) {
  for (const restarted of [false, true]) {
    const when = restarted ? 'that was down, after a restart' : 'that was down';
    test(`${reason}: a desk ${when} is told of the end last, after all that was said`, async (t) => {
      const house = await houseFor(t, { hands, environment: { BATON_SESSION_HOURS: '1' } });
      const talk = await connectTalk(house);
      await house.desk.disappear();
      for (const text of ['one', 'two']) talk.user.say(text);
      await talk.user.hears('two');
      await end(house, talk);
      if (restarted) {
        await house.stop();
        await house.start();
      }
      assert.deepEqual(house.desk.of('ended'), []);
      await house.desk.appear();
      await house.advanceUntil('the desk is told', 500, () => house.desk.of('ended').length === 1);
      const calls = house.desk.firstArrivals(talk.id).filter(({ kind }) => kind !== 'status');
      assert.deepEqual(
        calls.map(({ kind, body }) => [kind, body.text ?? body.reason ?? null]),
        [
          ['start', null],
          ['inbound', 'one'],
          ['inbound', 'two'],
          ['ended', reason],
        ],
      );
    });
  }
}

test('expired: a session whose time ran out while the server was down is told as ended when it is back', async (t) => {
  const house = await houseFor(t, { hands, environment: { BATON_SESSION_HOURS: '1' } });
  const talk = await connectTalk(house);
  await house.stop();
  house.hands.advance(3_600_000);
  await house.start();
  await house.until('the desk is told', () => house.desk.of('ended', talk.id)[0]?.body.reason === 'expired');
  assert.equal(house.desk.calls.at(-1)?.kind, 'ended');
});
