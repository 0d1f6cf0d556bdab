import fc from 'fast-check';
import type { CallChange, Command } from '../../../../src/core/commands.ts';
import { decide } from '../../../../src/core/decide.ts';
import type { EventOf } from '../../../../src/core/events.ts';
import type { Flow } from '../../../../src/core/flow/flow.ts';
import { wakeAt } from '../../../../src/core/response-clock.ts';
import { begin, type Session } from '../../../../src/core/session.ts';
import type { AttemptRecord, DeliveryRef, SessionCommit, StoredDelivery } from '../../../../src/store/store.ts';
import type { DiskStores } from '../disk.ts';

export const sessionIds = [1, 2, 3].map((number) => `01890000-0000-7000-8000-00000000000${number}`);
export const agentIds = ['a', 'b'];
export const answerKeys = ['k0', 'k1', 'k2'];
export const userIds = ['ada', 'Bö \u{1f44b}'];

const desk = 'https://desk.example';

const flow: Flow = {
  name: 'Written',
  parameters: [{ name: 'TOPIC', kind: 'custom', multi: true }],
  start: 'human',
  nodes: {
    human: {
      type: 'live-agent-routing',
      ...{ startConnectionUrl: `${desk}/start`, inboundTransferUrl: `${desk}/inbound` },
      ...{ statusDeliveryUrl: `${desk}/status`, endedUrl: `${desk}/ended`, transferParameters: ['TOPIC'] },
      ...{ responseWaitingTime: 1, connectWithin: 30 },
      outputs: { default: 'ask', failed: 'ask', noResponse: 'ask' },
    },
    ask: { type: 'collect-input', parameter: 'TOPIC', prompt: '$TOPIC?', outputs: { default: 'human', missed: 'ask' } },
  },
};

const kinds = [
  'command',
  'change',
  'stale',
  'pair',
  'broken',
  'record',
  'publish',
  'remove',
  'secret',
  'forget',
] as const;

/** One write; its numbers choose among what is there when it comes. */
export type Write = Readonly<{
  kind: (typeof kinds)[number];
  session: number;
  choice: number;
  call: number;
  waitMs: number;
  tellsWake: boolean;
  answer: number;
}>;

export const writes = fc.array(
  fc.record<Write>({
    kind: fc.oneof({ weight: 6, arbitrary: fc.constant('command' as const) }, fc.constantFrom(...kinds)),
    session: fc.nat(2),
    choice: fc.nat(99),
    call: fc.nat(99),
    waitMs: fc.constantFrom(0, 0, 1, 20_000, 3_600_000),
    tellsWake: fc.boolean(),
    answer: fc.nat(9),
  }),
  { minLength: 1, maxLength: 120, size: 'max' },
);

/** Writes one after another. @returns what each was answered, and where the clock stands. */
export async function write(
  stores: DiskStores,
  all: readonly Write[],
  from: Readonly<{ at: number; number: number }> = { at: 1_000, number: 0 },
): Promise<readonly unknown[]> {
  const answers: unknown[] = [];
  let { at, number } = from;
  for (const one of all) {
    at += one.waitMs;
    number += 1;
    answers.push(await writeOne(stores, one, { at, number }));
  }
  return answers;
}

type Moment = Readonly<{ at: number; number: number }>;

async function writeOne(stores: DiskStores, one: Write, moment: Moment): Promise<unknown> {
  const { sessions, deliveries, agents, users } = stores;
  const { at, number } = moment;
  const agent = agentIds[one.choice % agentIds.length] ?? '';
  switch (one.kind) {
    case 'record':
      return deliveries.record(await attemptsFor(stores, one, at));
    case 'publish':
      return agents.publish(agent, { ...flow, name: `Written ${number}` }, secretOf(number), at);
    case 'remove':
      return agents.remove(agent);
    case 'secret':
      return agents.addSecret(agent, secretOf(number));
    case 'forget':
      return users.forget(userIds[one.choice % userIds.length] ?? '');
    case 'pair': {
      const other = { ...one, session: (one.session + 1) % sessionIds.length };
      return sessions.commitBatch([await commitOf(stores, one, moment), await commitOf(stores, other, moment)], at);
    }
    case 'broken': {
      const other = await commitOf(stores, { ...one, session: (one.session + 1) % sessionIds.length }, moment);
      const whole = await commitOf(stores, one, moment);
      const broken = { ...whole, events: [...whole.events, ...whole.events] };
      return sessions.commitBatch([other, broken], at).catch(() => 'broken');
    }
    default:
      return sessions.commitBatch([await commitOf(stores, one, moment)], at);
  }
}

const secretOf = (number: number) => ({ sealed: `secret ${number}`, createdAt: number });

async function commitOf(stores: DiskStores, one: Write, { at, number }: Moment): Promise<SessionCommit> {
  const id = sessionIds[one.session] ?? '';
  const session = await stores.sessions.load(id);
  const answers =
    one.answer < answerKeys.length ? [{ key: `k${one.answer}`, fingerprint: `${number}`, body: '{}' }] : [];
  const userParameters = keptBy(one, number);
  if (session === null) return { ...opening(id, at), answers, userParameters };
  const call = await chosenCall(stores, one, id);
  const command = commandOf(session, one, call, number);
  const { session: after, events, calls, changes } = decide(flow, session, command, at);
  const changed = one.kind === 'change' && call !== undefined ? [...changes, changeOf(call, one)] : changes;
  const before = one.kind === 'stale' ? session.version - 1 : session.version;
  const wake = one.tellsWake ? wakeAt(after) : undefined;
  return { before, session: after, events, calls, changes: changed, answers, wakeAt: wake, userParameters };
}

/** Every other commit keeps something for somebody. */
function keptBy({ call, choice }: Write, number: number): SessionCommit['userParameters'] {
  const userId = userIds[call % (2 * userIds.length)];
  if (userId === undefined) return null;
  const value = choice % 2 === 0 ? `v${number} \u{1f44b}` : [`v${number}`, '"\n'];
  return { userId, values: { [`P${choice % 3}`]: value, [`Q${choice % 5}`]: '' } };
}

function opening(sessionId: string, at: number): SessionCommit {
  const event: EventOf<'session-started'> = {
    ...{ kind: 'session-started', seq: 1, at, sessionId, virtualAgentId: 'a', flowVersion: 1 },
    ...{ expiresAt: at + 86_400_000, parameters: { A: 'é\n"' } },
  };
  const session = begin(event);
  return { before: 0, session, events: [event], calls: [], changes: [], answers: [], wakeAt: wakeAt(session) };
}

async function chosenCall(stores: DiskStores, { call }: Write, sessionId: string): Promise<StoredDelivery | undefined> {
  const known = await stores.deliveries.list({ sessionId, limit: 1_000 });
  return known[call % Math.max(1, known.length)];
}

function commandOf(session: Session, one: Write, call: StoredDelivery | undefined, number: number): Command {
  const say: Command = {
    kind: 'say',
    messageId: `m${number}`,
    clientId: `c${number}`,
    text: `text ${number} \u{1f44b}`,
  };
  const answer: Command = { kind: 'answer', messageId: `m${number}`, text: `answer ${number}` };
  const ofSession: readonly Command[] = [
    ...[say, say, say, answer, answer],
    ...[{ kind: 'connect-socket' } as const, { kind: 'assign' } as const, { kind: 'wake' } as const],
    { kind: 'acknowledge', receipt: one.tellsWake ? 'read' : 'received', seq: session.lastMessageSeq },
    { kind: 'disconnect' },
    ...(one.call < 10 ? [{ kind: 'leave' } as const] : []),
  ];
  const cause = `The desk answered ${number}.`;
  const ofCall: readonly Command[] =
    call === undefined
      ? []
      : [
          { kind: 'report-dead', call, callKind: call.kind, cause, attempts: one.choice },
          { kind: 'replay-delivery', call },
          { kind: 'skip-delivery', call, callKind: call.kind },
          {
            ...{ kind: 'settle-start', epoch: session.lastEpoch, call, attempts: 1, replayed: call.replayed },
            answer: one.tellsWake ? { kind: 'accepted', queued: one.call % 2 === 0 } : { kind: 'refused', cause },
          },
        ];
  const all = session.socketSeen ? [...ofSession, ...ofCall] : ofSession.toSorted(socketFirst);
  return all[one.choice % (session.socketSeen ? all.length : 2)] ?? say;
}

const socketFirst = (one: Command, other: Command): number =>
  Number(other.kind === 'connect-socket') - Number(one.kind === 'connect-socket');

/** Also what the core would not ask for: a store holds its own line. */
function changeOf(call: DeliveryRef, { choice, session, tellsWake }: Write): CallChange {
  if (choice % 9 === 0) return { kind: 'cancel', lane: call.lane };
  const state = (['delivered', 'dead', 'skipped', 'owed'] as const)[choice % 4] ?? 'owed';
  if (state === 'skipped' || state === 'owed') return { kind: 'settle', call, state };
  return { kind: 'settle', call, state, attempts: choice, cause: tellsWake ? `Cause ${session}.` : null };
}

async function attemptsFor(stores: DiskStores, one: Write, at: number): Promise<readonly AttemptRecord[]> {
  const known = await stores.deliveries.list({ limit: 1_000 });
  const made = one.choice % 3 === 0 ? 30 : 1 + (one.choice % 3);
  const records: AttemptRecord[] = [];
  for (let number = 0; number < made; number += 1) {
    const call = known[(one.call + (made === 30 ? 0 : number)) % Math.max(1, known.length)];
    if (call === undefined) break;
    const { sessionId, lane, seq, part } = call;
    const attempt = { sessionId, lane, seq, part, attempts: call.attempts + 1, at };
    const failed = {
      failure: `Failed ${at}.`,
      status: one.tellsWake ? 503 : null,
      excerpt: one.tellsWake ? 'x' : null,
    };
    if (one.answer === 9) records.push({ ...attempt, state: 'delivered' });
    else if (one.answer === 8) records.push({ ...attempt, ...failed, state: 'dead' });
    else records.push({ ...attempt, ...failed, state: 'owed', dueAt: at + 1_000 });
  }
  return records;
}
