// External bots: Hubot, GitHub's chat bot and the best known of its kind, talks, hands to a human and takes back.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { routing } from './kit/flows.ts';
import { type House, houseFor, type Talk } from './kit/house.ts';
import { openHubot, type TurnBody } from './kit/hubot-bot.ts';
import { type Outside, type OutsideReply, outsideFor } from './kit/outside.ts';

const hands = Date.UTC(2026, 4, 3, 7, 56, 26);
const send = (text: string, next: string | null = null) => ({ type: 'send-message', text, outputs: { default: next } });

const botFlow = (house: House, outside: Outside, human: object = {}) => ({
  name: 'Ours',
  parameters: [
    { name: 'PLAN', kind: 'custom', value: 'gold' },
    { name: 'TOPICS', kind: 'custom', multi: true, value: ['a', 'b'] },
    { name: 'HIDDEN', kind: 'custom', value: 'x' },
  ],
  start: 'hello',
  nodes: {
    hello: send('Hello.', 'bot'),
    bot: {
      ...{ type: 'external-bot', url: `${outside.url}/turn`, transferParameters: ['PLAN', 'TOPICS'] },
      outputs: { default: 'done', human: 'human', failed: 'human' },
    },
    human: routing(house.desk, { outputs: { default: 'bot', failed: 'sorry', noResponse: 'sorry' }, ...human }),
    sorry: send('Nobody is here.', 'done'),
    done: send('The bot is done with $PLAN.'),
  },
});

async function begin(house: House, outside: Outside, human: object = {}): Promise<Talk> {
  await house.publish(botFlow(house, outside, human), 'ours');
  const session = await house.init('ours');
  return { ...session, user: house.connect(session) };
}

const turns = ({ calls }: Outside): readonly TurnBody[] => calls.map(({ raw }) => JSON.parse(raw) as TurnBody);
const linesOf = ({ event, messages }: TurnBody) => [event, ...messages.map(({ from, text }) => `${from}: ${text}`)];

test('Hubot answers turn by turn, hands to a human, and gets the conversation back with what was said', async (t) => {
  const [house, outside] = [await houseFor(t), await outsideFor(t)];
  const hubot = openHubot();
  t.after(hubot.close);
  outside.behave = hubot.answer;
  const { id, user } = await begin(house, outside);
  await user.hears('I am Hubot. Say ping.');
  user.say('ping');
  await user.hears('PONG');
  user.say('I want a human');
  await user.sees('connected');
  user.say('are you one?');
  await house.until('the desk has it', () => house.desk.of('inbound', id).length === 1);
  await house.outbound(id, { text: 'Yes.' });
  await house.outbound(id, { text: 'Try turning it off.' });
  await house.disconnect(id);
  await user.hears('Welcome back; a colleague said: Yes. / Try turning it off..');
  user.say('what?');
  await user.hears('I did not get that.');
  user.say('bye');
  await user.hears('The bot is done with gold.');
  assert.deepEqual(user.texts().slice(-4), ['bye', 'Goodbye.', 'Come again.', 'The bot is done with gold.']);
  assert.deepEqual(house.desk.of('start', id)[0]?.body.history?.transcription, [
    ...[{ agent: 'Hello.' }, { agent: 'I am Hubot. Say ping.' }, { user: 'ping' }, { agent: 'PONG' }],
    ...[{ user: 'I want a human' }, { agent: 'I get you somebody.' }],
  ]);
  assert.deepEqual(turns(outside).map(linesOf), [
    ['start', 'virtual_agent: Hello.'],
    ['message', 'user: ping'],
    ['message', 'user: I want a human'],
    ['resume', 'user: are you one?', 'live_agent: Yes.', 'live_agent: Try turning it off.'],
    ['message', 'user: what?'],
    ['message', 'user: bye'],
  ]);
  const [first] = outside.calls;
  assert.deepEqual(turns(outside)[0]?.parameters, [
    { name: 'PLAN', value: 'gold' },
    { name: 'TOPICS', value: '["a","b"]' },
  ]);
  const { secrets } = (await house.ask<{ secrets: { secret: string }[] }>('GET', '/agents/ours/secrets')).body;
  new Webhook(secrets[0]?.secret ?? '').verify(first?.raw ?? '', (first?.headers ?? {}) as Record<string, string>);
});

test('messages that come while the bot thinks are turns of their own, in order, each told once', async (t) => {
  const [house, outside] = [await houseFor(t), await outsideFor(t)];
  const held = Promise.withResolvers<void>();
  outside.behave = async ({ raw }) => {
    const { event, text } = JSON.parse(raw) as TurnBody;
    if (text === 'one') await held.promise;
    return { json: { messages: event === 'start' ? ['Go on.'] : [`Heard ${text}.`] } };
  };
  const { user } = await begin(house, outside);
  await user.hears('Go on.');
  for (const text of ['one', 'two', 'three']) user.say(text);
  await user.hears('three');
  held.resolve();
  await user.hears('Heard three.');
  assert.deepEqual(turns(outside).slice(1).map(linesOf), [
    ['message', 'user: one'],
    ['message', 'user: two'],
    ['message', 'user: three'],
  ]);
  assert.deepEqual(
    user.texts().filter((text) => text.startsWith('Heard')),
    ['Heard one.', 'Heard two.', 'Heard three.'],
  );
});

test('a bot that is down takes failed, and a live agent is next', async (t) => {
  const [house, outside] = [await houseFor(t), await outsideFor(t)];
  outside.behave = () => 'reset';
  const { id, user } = await begin(house, outside);
  await user.sees('connected');
  const [failed] = await house.eventsOf(id, 'skill-failed');
  assert.match(String(failed?.cause), /connection failed/);
});

test('a bot that stays silent is given up after its time', async (t) => {
  const [house, outside] = [await houseFor(t, { hands }), await outsideFor(t)];
  outside.behave = () => 'hang';
  const { user } = await begin(house, outside);
  await house.until('it is asked', () => outside.calls.length === 1);
  await house.advanceUntil('a live agent takes over', 500, () => house.desk.of('start').length === 1);
  await user.sees('connecting');
});

const nonsense: Readonly<Record<string, OutsideReply>> = {
  'no JSON': { body: 'hello' },
  'a list': { json: [] },
  'a way on that there is none': { json: { next: 'elsewhere' } },
  'a way on with a name of JavaScript’s own': { json: { next: 'constructor' } },
  'messages that are none': { json: { messages: [1] } },
  'parameters that are none': { json: { parameters: { PLAN: 'x' } } },
  'a parameter of the system': { json: { parameters: [{ name: 'SESSION_ID', value: 'x' }] } },
  'a parameter without a name that can be': { json: { parameters: [{ name: 'no name', value: 'x' }] } },
  'an error status': { status: 500, json: { messages: ['Oops.'] } },
};

for (const [what, reply] of Object.entries(nonsense)) {
  test(`a bot that answers with ${what} takes failed, and nothing of its answer counts`, async (t) => {
    const [house, outside] = [await houseFor(t), await outsideFor(t)];
    outside.behave = () => reply;
    const { id, user } = await begin(house, outside);
    await user.sees('connecting');
    assert.deepEqual(user.texts(), ['Hello.']);
    assert.equal((await house.eventsOf(id, 'skill-failed')).length, 1);
    assert.equal((await house.eventsOf(id, 'parameters-set')).length, 0);
  });
}

test('what a bot sets is kept, and what it says is cut into messages', async (t) => {
  const [house, outside] = [await houseFor(t), await outsideFor(t)];
  const long = 'x'.repeat(5_000);
  outside.behave = () => ({
    json: { messages: [long, { text: 'b\u0000c' }, ''], parameters: [{ name: 'PLAN', value: 'silver' }], next: 'end' },
  });
  const { user } = await begin(house, outside);
  await user.hears('The bot is done with silver.');
  assert.deepEqual(
    user.texts().map((text) => (text.length > 100 ? text.length : text)),
    ['Hello.', 4096, 904, 'bc', 'The bot is done with silver.'],
  );
});

test('what a bot was told in a turn that failed is told again when it gets the conversation back', async (t) => {
  const [house, outside] = [await houseFor(t), await outsideFor(t)];
  let isDown = false;
  outside.behave = () => (isDown ? { status: 503 } : { json: { messages: ['Yes?'] } });
  const { id, user } = await begin(house, outside);
  await user.hears('Yes?');
  isDown = true;
  user.say('are you there?');
  await user.sees('connected');
  isDown = false;
  await house.disconnect(id);
  await house.until('the bot is asked again', () => turns(outside).length === 3);
  assert.deepEqual(turns(outside).slice(1).map(linesOf), [
    ['message', 'user: are you there?'],
    ['resume', 'user: are you there?'],
  ]);
});

test('the endpoints of the built-in desk are no bot', async (t) => {
  const house = await houseFor(t, { instead: { ownDesk: true } });
  const bot = { type: 'external-bot', url: `${house.url}/desk/hooks/start`, outputs: {} };
  const answer = await house.ask('PUT', '/agents/ours', { json: { name: 'Ours', start: 'bot', nodes: { bot } } });
  assert.match(answer.body.faults?.[0]?.message ?? answer.text, /endpoint of the desk/);
});
