import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command } from '../commands.ts';
import { decide } from '../decide.ts';
import { checkFlow } from '../flow/check-flow.ts';
import type { Flow } from '../flow/flow.ts';
import { begin, type Session } from '../session.ts';

const flow: Flow = {
  name: 'Handoff',
  start: 'human',
  nodes: {
    human: {
      type: 'live-agent-routing',
      startConnectionUrl: 'https://desk.example/start',
      inboundTransferUrl: 'https://desk.example/inbound',
      connectWithin: 30,
      outputs: { failed: 'ask' },
    },
    ask: { type: 'collect-input', parameter: 'NOTE', prompt: 'What shall we note?', outputs: { default: 'told' } },
    told: { type: 'send-message', text: 'Noted: $NOTE, $OTHER', outputs: {} },
  },
};

const opened = begin({
  kind: 'session-started',
  seq: 1,
  at: 0,
  sessionId: '01890000-0000-7000-8000-000000000001',
  virtualAgentId: 'handoff',
  flowVersion: 1,
  expiresAt: 86_400_000,
  parameters: {},
});

const refused: Extract<Command, { kind: 'settle-start' }> = {
  kind: 'settle-start',
  epoch: 1,
  call: { lane: 'h1', seq: 4, part: 0 },
  answer: { kind: 'refused', cause: 'The connection failed (ECONNREFUSED).' },
  attempts: 3,
  replayed: false,
};

const connecting = decide(flow, opened, { kind: 'connect-socket' }, 0).session;

function told(session: Session, command: Command, at: number): readonly string[] {
  return decide(flow, session, command, at).events.map(({ kind }) => kind);
}

test('a start call that gives up as its time ends is told once: as the failed handoff, not as a dead call too', () => {
  assert.ok(told(connecting, refused, 30_000).includes('handoff-ended'));
  assert.ok(!told(connecting, refused, 30_000).includes('delivery-died'));
  const failed = decide(flow, connecting, { kind: 'wake' }, 30_000).session;
  assert.deepEqual(told(failed, refused, 30_001), []);
});

test('a start call that is replayed after its handoff failed dies again when it is refused again, and the log says so', () => {
  const failed = decide(flow, connecting, refused, 1_000).session;
  const { events, changes } = decide(flow, failed, { ...refused, replayed: true }, 2_000);
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['delivery-died'],
  );
  assert.equal(changes.length, 1);
});

test('a start call that is taken after its handoff failed is settled, and tells nothing', () => {
  const failed = decide(flow, connecting, refused, 1_000).session;
  const accepted: Command = { ...refused, answer: { kind: 'accepted', queued: false } };
  const { events, changes } = decide(flow, failed, accepted, 2_000);
  assert.deepEqual(events, []);
  assert.deepEqual(changes, [{ kind: 'settle', call: refused.call, state: 'delivered', attempts: 3, cause: null }]);
});

test('a start call that is refused while it could still connect is dead, and the handoff fails', () => {
  const events = told(connecting, refused, 1_000);
  assert.deepEqual(events.slice(0, 2), ['delivery-died', 'handoff-ended']);
});

test('a parameter that a node fills is no unknown name, one that nobody fills is', () => {
  const unknown = checkFlow(flow).warnings.filter(({ message }) => message.startsWith('No parameter is named'));
  assert.deepEqual(
    unknown.map(({ message }) => /named (\w+)/.exec(message)?.[1]),
    ['OTHER'],
  );
});
