import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fact } from '../../../src/core/events.ts';
import type { Flow } from '../../../src/core/flow/flow.ts';
import { Violation } from '../witness.ts';
import { History, id, started } from './kit/history.ts';

const url = 'https://desk/bot';

const flow: Flow = {
  name: 'Bot',
  start: 'greet',
  nodes: {
    greet: { type: 'send-message', text: 'Hi', outputs: { default: 'bot' } },
    bot: { type: 'external-bot', url, outputs: {} },
  },
};

type Requested = Extract<Fact, { kind: 'skill-requested' }>;

const requested = (h: History, more: Partial<Requested> = {}): Fact => ({
  ...{ kind: 'skill-requested', node: 'bot', skill: 'external-bot', waits: true, dueAt: h.now + 21_000 },
  ...{ given: [], after: 0, to: 4, turn: 'begin' },
  ...more,
});

const answered = (request: number, output: 'listen' | 'default' = 'listen'): Fact => ({
  ...{ kind: 'skill-answered', node: 'bot', request, output },
});

const asked = (h: History, request: number, turn: string, ...messages: readonly number[]): void =>
  h.call(`a${request}-${request}-0`, 'bot', { sessionId: id, turn, given: {}, messages });

/** A session whose bot is asked for its first turn, as event 6. */
function begun(): History {
  const h = new History();
  h.model.published('va', 1, flow);
  h.model.booted(0);
  h.flush(started);
  h.model.socketOpened(1, id, 0, 0);
  h.flush(
    { kind: 'socket-connected' },
    { kind: 'flow-started', by: 'socket' },
    { kind: 'virtual-agent-message-sent', node: 'greet', text: 'Hi' },
    { kind: 'node-entered', node: 'bot', type: 'external-bot' },
    requested(h),
  );
  return h;
}

/** The bot has answered and listens: events 7 and 8. */
function listening(): History {
  const h = begun();
  asked(h, 6, 'begin', 4);
  h.flush(answered(6), { kind: 'input-awaited', node: 'bot', misses: 0 });
  return h;
}

function said(h: History): void {
  h.say('m1', 'one');
  const to = { kind: 'virtual-agent' } as const;
  h.flush(
    { kind: 'user-message-received', messageId: 'x1', clientId: 'm1', text: 'one', to },
    { kind: 'input-taken', node: 'bot', messageSeq: 9 },
    requested(h, { turn: 'message', after: 4, to: 9 }),
  );
}

test('a bot that is told everything once, in its turns, is well', () => {
  const h = listening();
  said(h);
  asked(h, 11, 'message', 9);
  h.flush(answered(11, 'default'), { kind: 'session-ended', reason: 'completed' });
});

const wounds: Readonly<Record<string, () => void>> = {
  'an answer that nobody gave counts': () =>
    begun().flush(answered(6), { kind: 'input-awaited', node: 'bot', misses: 0 }),
  'a question has two outcomes': () => listening().flush(answered(6)),
  'a question is given up before its time, and nothing had failed': () =>
    begun().flush(
      { kind: 'skill-failed', node: 'bot', request: 6, cause: '' },
      { kind: 'session-ended', reason: 'completed' },
    ),
  'a bot is told again what it was told': () => {
    const h = listening();
    h.say('m1', 'one');
    const to = { kind: 'virtual-agent' } as const;
    h.flush(
      { kind: 'user-message-received', messageId: 'x1', clientId: 'm1', text: 'one', to },
      { kind: 'input-taken', node: 'bot', messageSeq: 9 },
      requested(h, { turn: 'message', after: 0, to: 9 }),
    );
  },
  'a bot is shown a message that no node has taken': () => {
    const h = begun();
    h.say('m1', 'one');
    h.flush({
      kind: 'user-message-received',
      messageId: 'x1',
      clientId: 'm1',
      text: 'one',
      to: { kind: 'virtual-agent' },
    });
    asked(h, 6, 'begin', 4);
    h.flush(
      answered(6, 'default'),
      { kind: 'node-entered', node: 'bot', type: 'external-bot' },
      requested(h, { after: 4, to: 7, turn: 'back' }),
    );
  },
};

for (const [what, tell] of Object.entries(wounds)) {
  test(`24: ${what}`, () => {
    assert.throws(tell, (error) => {
      assert.ok(error instanceof Violation, String(error));
      assert.equal(error.invariant, 24, error.message);
      return true;
    });
  });
}

test('6: a bot is told another message than its turn says', () => {
  const h = listening();
  said(h);
  assert.throws(
    () => asked(h, 11, 'message', 4),
    (error) => error instanceof Violation && error.invariant === 6,
  );
});
