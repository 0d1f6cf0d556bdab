// Each template, talked through in the terminal from a script, against a real server and real servers behind its nodes.
// UPDATE_TRANSCRIPTS=1 writes the transcripts anew.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { openHubot, type TurnBody } from '../house/kit/hubot-bot.ts';
import type { OutsideCall, OutsideReply } from '../house/kit/outside.ts';
import { play, setStage } from './kit/play.ts';

test('support-with-handoff', async (t) => {
  const stage = await setStage(t, 'support-with-handoff');
  // Nobody is at the desk any more when the conversation comes for the second time.
  stage.house.desk.behave = ({ kind, body }) => ({
    status: kind === 'start' && body.handoff?.epoch === 2 ? 410 : 200,
    body: '{}',
  });
  await play(t, stage, 'support-with-handoff');
  const [start] = stage.house.desk.of('start');
  assert.deepEqual(
    start?.body.history?.parameters.filter(({ name }) => name === 'TOPIC' || name === 'ISSUE'),
    [
      { name: 'TOPIC', value: 'technical' },
      { name: 'ISSUE', value: 'The router blinks red since this morning.' },
    ],
  );
});

const orders: Readonly<Record<string, object>> = {
  'A-1234': { state: 'sent', expected: '2026-05-05', items: ['a lamp', 'two bulbs'] },
  'B-2000': { state: 'being packed' },
};

test('order-status', async (t) => {
  const stage = await setStage(t, 'order-status');
  stage.outside.behave = ({ path }) => {
    const order = orders[path.replace('/orders/', '')];
    return order === undefined ? { status: 404 } : { json: order };
  };
  await play(t, stage, 'order-status');
  assert.deepEqual(
    stage.outside.calls.map(({ method, path }) => `${method} ${path}`),
    ['A-1234', 'B-2000', 'X-9999', 'X-9998'].map((order) => `GET /orders/${order}`),
  );
});

test('booking', async (t) => {
  const stage = await setStage(t, 'booking');
  stage.outside.behave = () => ({ json: { reference: 'T-17' } });
  await play(t, stage, 'booking');
  const [booked] = stage.outside.calls;
  assert.deepEqual(JSON.parse(booked?.raw ?? ''), { day: '2027-12-24', time: '19:30', guests: '6', name: 'Kim Lee' });
});

type Asked = Readonly<{ messages: readonly Readonly<{ role: string; content: string }>[] }>;

/** Speaks as a server that is compatible with OpenAI's does. */
function modelAnswer({ raw }: OutsideCall): OutsideReply {
  const { messages } = JSON.parse(raw) as Asked;
  const question = messages.at(-1)?.content ?? '';
  if (question.includes('meaning')) return { status: 500 };
  const says = (message: object): OutsideReply => ({
    json: { choices: [{ message: { role: 'assistant', ...message } }] },
  });
  if (question.includes('complain')) {
    const call = { id: '1', type: 'function', function: { name: 'hand_to_human', arguments: '{}' } };
    return says({ content: null, tool_calls: [call] });
  }
  return says({ content: question.includes('open') ? 'We are open from Monday to Saturday, 9 to 18.' : 'Three days.' });
}

test('faq-with-ai', async (t) => {
  const stage = await setStage(t, 'faq-with-ai');
  stage.outside.behave = modelAnswer;
  await play(t, stage, 'faq-with-ai');
  const { messages } = JSON.parse(stage.outside.calls[0]?.raw ?? '') as Asked;
  assert.match(messages[0]?.content ?? '', /^You answer customers of Lamps & Co .*We sell lamps/s);
});

test('keep-your-bot', async (t) => {
  const stage = await setStage(t, 'keep-your-bot');
  const hubot = openHubot();
  t.after(hubot.close);
  stage.outside.behave = async (call) =>
    (JSON.parse(call.raw) as TurnBody).text === 'crash' ? { status: 503 } : hubot.answer(call);
  await play(t, stage, 'keep-your-bot');
});
