import type { Desk } from './desk.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A live agent routing node whose endpoints are the desk's. */
export function routing(desk: Pick<Desk, 'url'>, fields: Fields = {}): Fields {
  return {
    type: 'live-agent-routing',
    startConnectionUrl: desk.url('start'),
    inboundTransferUrl: desk.url('inbound'),
    statusDeliveryUrl: desk.url('status'),
    endedUrl: desk.url('ended'),
    outputs: { default: 'back', failed: 'sorry', noResponse: 'late' },
    ...fields,
  };
}

/**
 * Asks for the issue and hands over. After the handoff it takes inputs one by one and repeats each: `human` hands over
 * again, `bye` ends.
 */
export function supportFlow(desk: Pick<Desk, 'url'>, human: Fields = {}, more: Fields = {}): Fields {
  const is = (value: string) => ({ parameter: 'NEXT', operator: 'equals', value });
  return {
    name: 'Support',
    parameters: [
      { name: 'ISSUE', kind: 'custom' },
      { name: 'NEXT', kind: 'custom' },
    ],
    start: 'hello',
    nodes: {
      hello: { type: 'send-message', text: 'Hello.', outputs: { default: 'ask' } },
      ask: { type: 'collect-input', parameter: 'ISSUE', outputs: { default: 'tell' } },
      tell: { type: 'send-message', text: 'One moment.', outputs: { default: 'human' } },
      human: routing(desk, human),
      back: { type: 'send-message', text: 'Back with the bot.', outputs: { default: 'more' } },
      sorry: { type: 'send-message', text: 'Nobody is here.', outputs: { default: 'more' } },
      late: { type: 'send-message', text: 'Too late.', outputs: { default: 'more' } },
      more: { type: 'collect-input', parameter: 'NEXT', outputs: { default: 'echo' } },
      echo: { type: 'send-message', text: 'Bot heard $NEXT.', outputs: { default: 'choose' } },
      choose: {
        type: 'conditions',
        conditions: [
          { output: 'human', when: is('human') },
          { output: 'bye', when: is('bye') },
        ],
        outputs: { default: 'more', human: 'human', bye: 'bye' },
      },
      bye: { type: 'end-conversation' },
    },
    ...more,
  };
}
