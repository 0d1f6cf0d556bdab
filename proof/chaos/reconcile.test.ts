// Proves the prover: a record that is right has no trouble, and each wound to it is reported as what it is.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { arrivalOf, type CallBody, type CallKind } from './desk-calls.ts';
import { type PlantName, plant, plantNames, plants } from './plants.ts';
import { reconcile } from './reconcile.ts';
import type { LogEvent, SessionRecord, Trouble } from './record.ts';

const id = '01a210ab-6bf2-73df-9327-dcb5a4eea4bd';
const told = new Set(['session-started', 'handoff-requested', 'handoff-connected', 'handoff-ended', 'session-ended']);

type Fact = Readonly<{ kind: string }> & Partial<LogEvent>;

const user = (clientId: string, text: string): Fact => ({ kind: 'user-message-received', clientId, text });
const bot = (text: string): Fact => ({ kind: 'virtual-agent-message-sent', text });
const answer = (messageId: string, epoch: number, text: string): Fact => ({
  ...{ kind: 'live-agent-message-sent', messageId, epoch, text },
});

const facts: readonly Fact[] = [
  { kind: 'session-started' },
  { kind: 'node-entered' },
  bot('Hello.'),
  user('m1', 'my wifi is down'),
  bot('One moment.'),
  { kind: 'handoff-requested', epoch: 1, lastSeq: 5 },
  { kind: 'handoff-connected', epoch: 1 },
  user('m2', 'anybody?'),
  answer('u1', 1, 'Yes.'),
  user('m3', 'good'),
  { kind: 'messages-read', to: 9 },
  { kind: 'handoff-ended', epoch: 1, outcome: 'disconnected' },
  user('m4', 'human again'),
  { kind: 'handoff-requested', epoch: 2, lastSeq: 13 },
  { kind: 'handoff-connected', epoch: 2 },
  answer('u2', 2, 'Back again.'),
  user('m5', 'thanks'),
  { kind: 'handoff-ended', epoch: 2, outcome: 'user-left' },
  { kind: 'session-ended' },
];

const history = (lines: readonly (readonly [string, string])[]): NonNullable<CallBody['history']> => ({
  transcription: lines.map(([who, text]) => ({ [who]: text })),
});
const before = [
  ['agent', 'Hello.'],
  ['user', 'my wifi is down'],
  ['agent', 'One moment.'],
] as const;
const between = [
  ['user', 'anybody?'],
  ['agent', 'Yes.'],
  ['user', 'good'],
  ['user', 'human again'],
] as const;

const calls: readonly (readonly [CallKind, string, Omit<CallBody, 'sessionId'>])[] = [
  ['start', 'h1-6-0', { history: history(before), handoff: { epoch: 1, lastSeq: 5 } }],
  ['inbound', 'h1-8-0', { text: 'anybody?', seq: 8, previousSeq: 5, epoch: 1 }],
  ['status', 's-9-0', { message_uuid: 'u1', status: 'submitted' }],
  ['inbound', 'h1-10-0', { text: 'good', seq: 10, previousSeq: 8, epoch: 1 }],
  ['status', 's-11-0', { message_uuid: 'u1', status: 'delivered' }],
  ['status', 's-11-1', { message_uuid: 'u1', status: 'read' }],
  ['ended', 'h1-12-0', { epoch: 1, reason: 'disconnected' }],
  ['start', 'h2-14-0', { history: history([...before, ...between]), handoff: { epoch: 2, lastSeq: 13 } }],
  ['status', 's-16-0', { message_uuid: 'u2', status: 'submitted' }],
  ['inbound', 'h2-17-0', { text: 'thanks', seq: 17, previousSeq: 13, epoch: 2 }],
  ['ended', 'h2-18-0', { epoch: 2, reason: 'user-left' }],
  ['status', 's-19-0', { message_uuid: 'u2', status: 'undeliverable' }],
];

/** A session of two handoffs in which everything went well. */
function wellKept(): SessionRecord {
  const log = facts.map((fact, index): LogEvent => ({ ...fact, seq: index + 1, at: '2026-05-03T07:56:26.000Z' }));
  const isForUser = ({ kind, text }: LogEvent): boolean => text !== undefined || told.has(kind);
  const asked = { named: true, verdict: 'accepted' } as const;
  return {
    ...{ number: 1, id, agent: 'steady', answerWithinMs: null, left: true, log, dead: [], refusedCalls: new Set() },
    said: log
      .filter(({ kind }) => kind === 'user-message-received')
      .map(({ clientId = '', text = '', seq: acceptedSeq }) => ({
        ...{
          id: clientId,
          text,
          acceptedSeq,
          by: 'socket',
          tab: 0,
          refused: false,
          putOff: false,
          saidAt: 0,
          sentAt: 0,
        },
      })),
    asked: [
      { ...asked, key: '1-1', epoch: 1, text: 'Yes.', uuids: new Set(['u1']) },
      { ...asked, key: '1-2', epoch: 1, text: null, uuids: new Set() },
      { ...asked, key: '2-1', epoch: 2, text: 'Back again.', uuids: new Set(['u2']) },
    ],
    arrivals: calls.map(([kind, name, body]) => {
      const whole = { sessionId: id, ...body };
      return arrivalOf(kind, `${id}-${name}`, JSON.stringify(whole), whole);
    }),
    tabs: [
      {
        name: 'tab 0',
        complete: true,
        frames: log.filter(isForUser).map(({ seq, text = null }) => ({ seq, words: text })),
      },
    ],
  };
}

const kindsIn = (session: SessionRecord): readonly Trouble['kind'][] => reconcile(session).map(({ kind }) => kind);

test('a record in which everything went well has no trouble', () => {
  assert.deepEqual(reconcile(wellKept()), []);
});

test('a repeat with the same id and the same bytes is no trouble', () => {
  const session = wellKept();
  session.arrivals.push(...session.arrivals.slice(0, 4));
  assert.deepEqual(reconcile(session), []);
});

for (const name of plantNames) {
  test(`a record that is hurt is found out: ${name} is reported as "${plants[name].expected}"`, () => {
    const session = wellKept();
    plant(name, [session]);
    assert.ok(kindsIn(session).includes(plants[name].expected), JSON.stringify(reconcile(session)));
  });
}

/** Wounds to the log that no plant makes, for they need a log like this one. */
const woundedLogs: Readonly<Record<string, readonly [Trouble['kind'], (log: LogEvent[]) => void]>> = {
  'two handoffs own at once': ['owner', (log) => log.splice(11, 1, { ...at(log, 11), kind: 'node-entered' })],
  'an outcome is told twice': ['outcome', (log) => log.splice(12, 1, { ...at(log, 11), seq: 13 })],
  'a message is stored twice': ['twice', (log) => log.splice(16, 1, { ...at(log, 9), seq: 17 })],
  'a text changes': ['lost', (log) => log.splice(9, 1, { ...at(log, 9), text: 'bad' })],
  'the transcript stops short': ['lost', (log) => log.splice(13, 1, { ...at(log, 13), lastSeq: 10 })],
  'a receipt owes a status that never came': ['lost', (log) => log.splice(18, 0, { ...at(log, 10), seq: 19, to: 16 })],
  'nobody answered, after no time': ['clock', (log) => log.splice(11, 1, { ...at(log, 11), outcome: 'no-response' })],
};

function at(log: readonly LogEvent[], index: number): LogEvent {
  const event = log[index];
  assert.ok(event !== undefined);
  return event;
}

for (const [name, [expected, wound]] of Object.entries(woundedLogs)) {
  test(`a log that is wrong is found out: ${name}`, () => {
    const session = wellKept();
    const log = [...session.log];
    wound(log);
    session.log = log;
    assert.ok(kindsIn(session).includes(expected), JSON.stringify(reconcile(session)));
  });
}

test('a plant that nobody knows is refused', () => {
  assert.throws(() => plant('weeds' as PlantName, [wellKept()]), /There is no plant "weeds"/);
});
