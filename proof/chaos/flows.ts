import type { CallKind } from './desk-calls.ts';
import type { DeskName } from './manners.ts';

/** How long a live agent of the silent desk may owe an answer, in seconds. */
export const silentWithin = 5;

/**
 * Asks for the issue and hands over. After each handoff it takes inputs one by one and repeats each: `human …` hands over
 * again, `bye …` ends.
 */
export function flowOf(name: DeskName, url: (kind: CallKind) => string): object {
  const is = (value: string) => ({ parameter: 'NEXT', operator: 'starts-with', value });
  return {
    name,
    // Only sessions of the steady desk are handed out before they are stored.
    ...(name === 'steady' ? { webChat: true } : {}),
    parameters: [
      { name: 'ISSUE', kind: 'custom' },
      { name: 'NEXT', kind: 'custom' },
    ],
    start: 'hello',
    nodes: {
      hello: { type: 'send-message', text: 'Hello.', outputs: { default: 'ask' } },
      ask: { type: 'collect-input', parameter: 'ISSUE', outputs: { default: 'tell' } },
      tell: { type: 'send-message', text: 'One moment.', outputs: { default: 'human' } },
      human: {
        type: 'live-agent-routing',
        startConnectionUrl: url('start'),
        inboundTransferUrl: url('inbound'),
        statusDeliveryUrl: url('status'),
        endedUrl: url('ended'),
        transferParameters: ['ISSUE'],
        ...(name === 'hanging' ? { connectWithin: 14 } : {}),
        ...(name === 'silent' ? { firstResponseWithin: silentWithin, eachResponseWithin: silentWithin } : {}),
        outputs: { default: 'back', failed: 'sorry', noResponse: 'late' },
      },
      back: { type: 'send-message', text: 'Back with the bot.', outputs: { default: 'more' } },
      sorry: { type: 'send-message', text: 'Nobody is here.', outputs: { default: 'more' } },
      late: { type: 'send-message', text: 'Too late.', outputs: { default: 'more' } },
      more: { type: 'collect-input', parameter: 'NEXT', outputs: { default: 'echo' } },
      echo: { type: 'send-message', text: 'Bot heard $NEXT.', outputs: { default: 'choose' } },
      choose: {
        type: 'conditions',
        conditions: [
          { output: 'human', when: is('human ') },
          { output: 'bye', when: is('bye ') },
        ],
        outputs: { default: 'more', human: 'human', bye: 'bye' },
      },
      bye: { type: 'end-conversation' },
    },
  };
}
