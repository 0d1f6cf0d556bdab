import assert from 'node:assert/strict';
import { openDesk } from '../../house/kit/desk.ts';
import { type EndUser, openSocket } from '../../house/kit/end-user.ts';
import { routing } from '../../house/kit/flows.ts';
import { openOutside } from '../../house/kit/outside.ts';
import { until } from '../../house/kit/until.ts';
import type { Closing } from './browser.ts';
import type { StudioKit } from './studio.ts';

type Desk = Awaited<ReturnType<typeof openDesk>>;
type Outside = Awaited<ReturnType<typeof openOutside>>;

/** A conversation of an end user with a socket. */
export type Talk = Readonly<{ id: string; user: EndUser }>;

/** A server with a virtual agent that asks a webhook, understands an intent and hands over to a real desk. */
export type Story = Readonly<{
  desk: Desk;
  outside: Outside;
  /** Opens a session and answers the first question with an order. */
  begin: (user?: string) => Promise<Talk>;
  /** The same, until a live agent owns the session. */
  connect: (user?: string) => Promise<Talk>;
  outbound: (talk: Talk, text: string) => Promise<void>;
  disconnect: (talk: Talk) => Promise<void>;
  /** Waits until so many deliveries are in a state. */
  owes: (state: 'owed' | 'stuck' | 'dead', count: number) => Promise<void>;
}>;

const liveAgent = { id: 'ada', name: 'Ada' };

function flowOf(desk: Desk, outside: Outside, human: object): object {
  return {
    name: 'Support',
    parameters: [
      { name: 'ORDER', kind: 'custom' },
      { name: 'STATUS', kind: 'custom' },
      { name: 'NEXT', kind: 'custom' },
    ],
    intents: [{ name: 'refund', examples: ['I want my money back', 'refund please', 'give me a refund'] }],
    start: 'hello',
    nodes: {
      hello: { type: 'send-message', text: 'Hello.', outputs: { default: 'check' } },
      check: {
        ...{ type: 'conditions', outputs: { known: 'look', default: 'ask' } },
        conditions: [{ output: 'known', when: { parameter: 'ORDER', operator: 'is-not-empty' } }],
      },
      ask: { type: 'collect-input', parameter: 'ORDER', prompt: 'Which order?', outputs: { default: 'look' } },
      look: {
        ...{ type: 'webhook', method: 'POST', url: `${outside.url}/orders`, body: { kind: 'json', value: '$ORDER' } },
        response: [{ path: 'status', parameter: 'STATUS' }],
        outputs: { default: 'wish', failed: 'wish' },
      },
      wish: {
        ...{ type: 'classification', prompt: 'It is $STATUS. What is your wish?', intents: ['refund'] },
        outputs: { refund: 'tell', missed: 'tell' },
      },
      tell: { type: 'send-message', text: 'One moment.', outputs: { default: 'human' } },
      human: routing(desk, { ...human, transferParameters: ['ORDER', 'STATUS'] }),
      back: { type: 'send-message', text: 'Back with the bot.', outputs: { default: 'more' } },
      sorry: { type: 'send-message', text: 'Nobody is here.', outputs: { default: 'more' } },
      late: { type: 'send-message', text: 'Too late.', outputs: { default: 'more' } },
      more: { type: 'collect-input', parameter: 'NEXT', prompt: 'Anything else?', outputs: { default: 'bye' } },
      bye: { type: 'end-conversation' },
    },
  };
}

/** @param human more fields of the live agent routing node. */
export async function playable(t: Closing, { program, call }: StudioKit, human: object = {}): Promise<Story> {
  const desk = await openDesk();
  t.after(desk.close);
  const outside = await openOutside();
  t.after(outside.close);
  outside.behave = () => ({ json: { status: 'on its way' } });
  await call('PUT', '/agents/support', flowOf(desk, outside, human));
  const begin = async (user?: string): Promise<Talk> => {
    const body = { agent_id: 'support', ...(user && { user: { id: user } }) };
    const init = await call<{ session_id: string; session_token: string }>('POST', '/http/init', body);
    const socket = openSocket(program.url, init.session_id, init.session_token);
    t.after(() => socket.close());
    await socket.hears('Which order?');
    socket.say('A-4711');
    await socket.waitFor('the question', (frame) => frame.type === 'message' && /your wish/.test(frame.text));
    return { id: init.session_id, user: socket };
  };
  return {
    ...{ desk, outside, begin },
    connect: async (user) => {
      const talk = await begin(user);
      talk.user.say('give me a refund');
      await talk.user.sees('connected');
      return talk;
    },
    outbound: async ({ id, user }, text) => {
      await call('POST', `/live-agent/outbound/${id}`, { text, liveAgent });
      await user.hears(text);
    },
    disconnect: async ({ id, user }) => {
      await call('POST', `/live-agent/disconnect/${id}`, {});
      await user.hears('Anything else?');
    },
    owes: async (state, count) => {
      let found: readonly unknown[] = [];
      await until(`${count} deliveries are ${state}`, async () => {
        found = (await call<{ deliveries: unknown[] }>('GET', `/deliveries?state=${state}`)).deliveries;
        return found.length === count;
      }).catch(() => assert.equal(found.length, count, `deliveries that are ${state}`));
    },
  };
}

/** A conversation with bot, human and bot again, in which the desk refused a message for good. */
export async function wholeTalk(story: Story): Promise<Talk> {
  const talk = await story.connect('customer-17');
  await story.outbound(talk, 'Hello, this is Ada.');
  story.desk.behave = ({ body }) => (body.text === 'dead letter' ? { status: 404 } : { status: 200, body: '{}' });
  talk.user.say('dead letter');
  await story.owes('dead', 1);
  talk.user.send({ type: 'read', seq: talk.user.lastSeq() });
  await story.outbound(talk, 'I look after it.');
  await story.disconnect(talk);
  return talk;
}
