// Generative AI nodes against a server that speaks as OpenAI's does.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { routing } from './kit/flows.ts';
import { type House, houseFor, type Talk } from './kit/house.ts';
import { type Outside, type OutsideReply, outsideFor } from './kit/outside.ts';

const hands = Date.UTC(2026, 4, 3, 7, 56, 26);
const send = (text: string, next: string | null = null) => ({ type: 'send-message', text, outputs: { default: next } });

const faqFlow = (house: House, outside: Outside, model: object = {}) => ({
  name: 'FAQ',
  parameters: [
    { name: 'Q', kind: 'custom' },
    { name: 'SHOP', kind: 'custom', value: 'Lamps & Co' },
    { name: 'ANSWER', kind: 'custom' },
  ],
  start: 'ask',
  nodes: {
    ask: { type: 'collect-input', parameter: 'Q', prompt: 'What do you want to know?', outputs: { default: 'think' } },
    think: {
      ...{ type: 'generative-ai', url: `${outside.url}/v1/`, model: 'small', instructions: 'You answer for $SHOP.' },
      ...{ parameter: 'ANSWER', outputs: { default: 'ask', human: 'human', failed: 'sorry' } },
      ...model,
    },
    human: routing(house.desk, { outputs: { default: 'ask', failed: 'sorry' } }),
    sorry: send('I have no answer.', 'ask'),
  },
});

const says = (content: unknown, more: object = {}): OutsideReply => ({
  json: { choices: [{ message: { role: 'assistant', content, ...more } }] },
});

async function begin(house: House, outside: Outside, model: object = {}): Promise<Talk> {
  await house.publish(faqFlow(house, outside, model), 'faq');
  const session = await house.init('faq');
  const user = house.connect(session);
  await user.hears('What do you want to know?');
  return { ...session, user };
}

type Asked = Readonly<{
  model: string;
  messages: readonly Readonly<{ role: string; content: string }>[];
  tools?: readonly object[];
  max_tokens?: number;
  temperature?: number;
}>;

test('a model gets instructions and the last messages; what it answers is said and kept', async (t) => {
  const outside = await outsideFor(t);
  const house = await houseFor(t, { environment: { BATON_CREDENTIAL_AI: `${outside.url} sk-secret` } });
  outside.behave = () => says('At nine.');
  const more = { credential: 'AI', history: 3, maxTokens: 50, temperature: 0.2 };
  const { id, user } = await begin(house, outside, more);
  user.say('When do you open?');
  await user.hears('At nine.');
  user.say('And close?');
  await house.until('it is asked again', () => outside.calls.length === 2);
  const asked = JSON.parse(outside.calls[1]?.raw ?? '') as Asked;
  assert.equal(outside.calls[1]?.path, '/v1/chat/completions');
  assert.equal(outside.calls[1]?.headers.authorization, 'Bearer sk-secret');
  assert.equal(outside.calls[1]?.headers['webhook-signature'], undefined);
  assert.equal(asked.model, 'small');
  assert.deepEqual([asked.max_tokens, asked.temperature, asked.tools?.length], [50, 0.2, 1]);
  assert.match(asked.messages[0]?.content ?? '', /^You answer for Lamps & Co\.\n/);
  assert.deepEqual(
    asked.messages.slice(1).map(({ role, content }) => [role, content]),
    [
      ['assistant', 'At nine.'],
      ['assistant', 'What do you want to know?'],
      ['user', 'And close?'],
    ],
  );
  await house.until('both are answered', async () => (await house.eventsOf(id, 'skill-answered')).length === 2);
  const { parameters } = (
    await house.ask<{ parameters: Record<string, string> }>('GET', `/insights/sessions/${id}/parameters`)
  ).body;
  assert.equal(parameters.ANSWER, 'At nine.');
});

const handing: Readonly<Record<string, OutsideReply>> = {
  'calls the function': says(null, {
    tool_calls: [{ id: '1', type: 'function', function: { name: 'hand_to_human', arguments: '{}' } }],
  }),
  'says its name': says(' hand_to_human '),
};

for (const [how, reply] of Object.entries(handing)) {
  test(`a model that ${how} hands to a human, and nothing is said for it`, async (t) => {
    const [house, outside] = [await houseFor(t), await outsideFor(t)];
    outside.behave = () => reply;
    const { user } = await begin(house, outside);
    user.say('I want a human');
    await user.sees('connected');
    assert.deepEqual(user.texts(), ['What do you want to know?', 'I want a human']);
  });
}

test('without an output for a human the model is not told of one', async (t) => {
  const [house, outside] = [await houseFor(t), await outsideFor(t)];
  outside.behave = () => says('Yes.');
  const { user } = await begin(house, outside, { outputs: { default: 'ask', failed: 'sorry' } });
  user.say('Well?');
  await user.hears('Yes.');
  const asked = JSON.parse(outside.calls[0]?.raw ?? '') as Asked;
  assert.equal(asked.messages[0]?.content, 'You answer for Lamps & Co.');
  assert.equal(asked.tools, undefined);
});

const nonsense: Readonly<Record<string, OutsideReply>> = {
  nothing: { body: '' },
  'no choice': { json: { choices: [] } },
  'a choice of null': { json: { choices: [null] } },
  'an empty text': says('   '),
  'a text that is none': says(42),
  'another function': says(null, { tool_calls: [{ function: { name: 'rm' } }, null, 7] }),
  'a page': { body: '<!doctype html>' },
  'too many requests': { status: 429 },
};

for (const [what, reply] of Object.entries(nonsense)) {
  test(`a model that answers with ${what} takes failed`, async (t) => {
    const [house, outside] = [await houseFor(t), await outsideFor(t)];
    outside.behave = () => reply;
    const { id, user } = await begin(house, outside);
    user.say('Well?');
    await user.hears('I have no answer.');
    assert.equal((await house.eventsOf(id, 'skill-failed')).length, 1);
  });
}

test('a model that does not answer in time takes failed', async (t) => {
  const [house, outside] = [await houseFor(t, { hands }), await outsideFor(t)];
  outside.behave = () => 'hang';
  const { user } = await begin(house, outside, { timeout: 7 });
  user.say('Well?');
  await house.until('it is asked', () => outside.calls.length === 1);
  await house.advanceUntil('it is given up', 500, () => user.texts().includes('I have no answer.'));
});

test('what a model says need not be said', async (t) => {
  const [house, outside] = [await houseFor(t), await outsideFor(t)];
  outside.behave = () => says('Only for the record.');
  const { user } = await begin(house, outside, { say: false, outputs: { default: 'sorry' } });
  user.say('Well?');
  await user.hears('I have no answer.');
  assert.ok(!user.texts().includes('Only for the record.'));
});
