import type { CallKind, EventOf, Fact, HandoffOutcome, SessionEndReason, SessionEvent } from '../../src/core/events.ts';
import type { FlowNode } from '../../src/core/flow/nodes.ts';
import type { Session } from '../../src/core/session.ts';
import type { DiskCall, Witness } from './witness.ts';

/** How often each thing happened that can happen; what stays at zero was not tried. */
export type Tally = Record<string, number>;

const eventKinds: Readonly<Record<Fact['kind'], true>> = {
  ...{ 'session-started': true, 'socket-connected': true, 'flow-started': true, 'first-step-taken': true },
  ...{ 'node-entered': true, 'parameters-set': true, 'virtual-agent-message-sent': true, 'input-awaited': true },
  ...{ 'input-taken': true, 'user-message-received': true, 'handoff-requested': true, 'handoff-unavailable': true },
  ...{ 'handoff-connected': true, 'handoff-assigned': true, 'live-agent-message-sent': true, 'handoff-ended': true },
  ...{ 'messages-received': true, 'messages-read': true, 'delivery-died': true, 'delivery-delayed': true },
  ...{ 'delivery-resumed': true, 'delivery-replayed': true, 'delivery-skipped': true, 'session-ended': true },
  ...{ 'intent-recognised': true, 'sub-flow-entered': true, 'sub-flow-left': true, 'context-switched': true },
  ...{ 'skill-requested': true, 'skill-answered': true, 'skill-failed': true },
};

const nodes: Readonly<Record<FlowNode['type'], true>> = {
  ...{ 'send-message': true, 'collect-input': true, conditions: true, 'set-parameter': true },
  ...{ 'live-agent-routing': true, 'end-conversation': true, classification: true, 'context-switch': true },
  ...{ counter: true, 'reset-counter': true, 'sub-flow': true, webhook: true, 'custom-code': true },
  ...{ 'generative-ai': true, 'external-bot': true },
};

const reasons: Readonly<Record<SessionEndReason, true>> = {
  completed: true,
  'user-left': true,
  expired: true,
  fault: true,
};
const callKinds: readonly CallKind[] = ['start', 'inbound', 'status', 'ended'];
const fates: readonly DiskCall['state'][] = ['delivered', 'dead', 'skipped'];
const outcomes: readonly HandoffOutcome[] = ['disconnected', 'failed', 'no-response', 'user-left', 'expired'];

/** Where a session stands, as contract 3.9 has it. */
type Row = 'before any handoff' | 'connecting' | 'queued' | 'connected' | 'ended, virtual agent' | 'ended, nobody';

/** The cells of the table of contract 3.9; *queued* is its *connected* before somebody is assigned. */
const cells: Readonly<Partial<Record<Row, readonly string[]>>> = {
  connecting: [
    ...['end user writes', 'outbound', 'disconnect', '2xx', '2xx, queued', 'final refusal', 'connectWithin'],
    ...['end user leaves', 'expires'],
  ],
  queued: ['end user writes', 'outbound', 'disconnect', 'assign', 'clock', 'end user leaves', 'expires'],
  connected: ['end user writes', 'outbound', 'disconnect', 'clock', 'end user leaves', 'expires'],
  'ended, virtual agent': ['end user writes', 'outbound', 'disconnect', 'next epoch'],
  'ended, nobody': ['end user writes', 'outbound', 'disconnect'],
};

/** Before the names of what happens among several instances only. */
export const amongOthers = 'several: ';

const happenings = [
  ...['takeover', 'release', 'release refused', 'conflict', 'commit for another caller', 'wake-up claimed'],
  ...[
    'statement failed',
    'answer of a commit lost',
    'statement held up by a cut',
    'statement done after it was given up',
  ],
  ...['instance killed', 'instance stopped', 'start without a database', 'leave failed', 'cut, refused', 'cut, silent'],
  ...[
    'pause beyond the lease',
    'taken for gone, begins anew',
    'database restarted',
    'writes forgotten by the database',
  ],
  ...['hint lost', 'hint repeated', 'hints dead', 'calls of one lane by two at once', 'refusal'],
];

const codes = [1012, 4401, 4404, 4408, 4410];

/** A tally of everything that should occur, at zero. */
export function emptyTally(): Tally {
  const named = [
    ...Object.keys(eventKinds).map((kind) => `event: ${kind}`),
    ...Object.keys(nodes).map((type) => `node: ${type}`),
    ...Object.entries(cells).flatMap(([row, columns]) => columns.map((column) => `3.9: ${row} × ${column}`)),
    ...outcomes.map((outcome) => `outcome: ${outcome}`),
    ...Object.keys(reasons).map((reason) => `end: ${reason}`),
    ...callKinds.flatMap((kind) => fates.map((fate) => `call: ${kind} ${fate}`)),
    ...['submitted', 'delivered', 'read', 'undeliverable'].map((status) => `status: ${status}`),
    ...codes.filter((code) => code !== 4401 && code !== 4404).map((code) => `close: ${code}`),
    ...happenings.map((what) => `${amongOthers}${what}`),
    ...['conversations', 'handoffs', 'messages', 'calls', 'calls repeated', 'frames', 'program starts'],
  ];
  return Object.fromEntries(named.map((name) => [name, 0]));
}

export function addTo(sum: Tally, tally: Tally): void {
  for (const [name, count] of Object.entries(tally)) sum[name] = (sum[name] ?? 0) + count;
}

/** Counts what happens. What it is told of must be what the disk has. */
export function createCoverage(tally: Tally): Partial<Witness> {
  const rows = new Map<string, Row>();
  const called = new Set<string>();
  /** By lane, who calls now. */
  const calling = new Map<string, Set<number>>();
  const note = (name: string): void => {
    tally[name] = (tally[name] ?? 0) + 1;
  };
  const noteInFlight = (webhookId: string, by: number): void => {
    const instances = calling.get(laneOf(webhookId)) ?? new Set();
    calling.set(laneOf(webhookId), instances.add(by));
    if (instances.size > 1) note(`${amongOthers}calls of one lane by two at once`);
  };
  return {
    booted: () => note('program starts'),
    happened: (what) => note(`${amongOthers}${what}`),
    flushed: (session, events) => {
      for (const event of events) rows.set(session.id, noteEvent(note, rows.get(session.id), event, session));
    },
    answered: ({ operation, sessionId, body }, status, answer) => {
      if (status === 409) note(`${amongOthers}refusal`);
      const row = sessionId === null ? undefined : rows.get(sessionId);
      if (row?.startsWith('ended') !== true) return;
      if (operation === 'outbound' && status === 409) note(`3.9: ${row} × outbound`);
      if (operation === 'disconnect' && status === 200) note(`3.9: ${row} × disconnect`);
      const isOver = operation === 'step' && answer?.code === 'session-ended' && Boolean(body.input);
      if (isOver) note(`3.9: ${row} × end user writes`);
    },
    frameSent: (_, frame) => {
      note('frames');
      if (frame.type === 'error' && frame.code === 'session-ended') note('3.9: ended, nobody × end user writes');
    },
    socketClosed: (_, code) => note(`close: ${code}`),
    called: ({ webhookId, body, by }) => {
      note('calls');
      noteInFlight(webhookId, by);
      if (called.has(webhookId)) note('calls repeated');
      else noteStatus(note, body);
      called.add(webhookId);
    },
    heard: ({ webhookId, by }) => void calling.get(laneOf(webhookId))?.delete(by),
    gone: (instance) => {
      for (const instances of calling.values()) instances.delete(instance);
    },
    finished: (calls) => {
      for (const { kind, state } of calls) note(`call: ${kind} ${state}`);
    },
  };
}

/** Without its seq and part. */
const laneOf = (webhookId: string): string => webhookId.replace(/-\d+-\d+$/, '');

function noteStatus(note: (name: string) => void, body: string): void {
  const { status } = JSON.parse(body) as { status?: string };
  if (status !== undefined) note(`status: ${status}`);
}

/** @returns where the session stands after the event. */
function noteEvent(note: (name: string) => void, before: Row | undefined, event: SessionEvent, session: Session): Row {
  const row = before ?? 'before any handoff';
  note(`event: ${event.kind}`);
  const cell = (column: string): void => note(`3.9: ${row} × ${column}`);
  switch (event.kind) {
    case 'session-started':
      note('conversations');
      return 'before any handoff';
    case 'node-entered':
      note(`node: ${event.type}`);
      return row;
    case 'user-message-received':
      note('messages');
      if (row !== 'before any handoff') cell('end user writes');
      return row;
    case 'live-agent-message-sent':
      note('messages');
      if (row === 'connected') cell('outbound');
      return row;
    case 'handoff-requested':
      note('handoffs');
      if (event.epoch > 1) note('3.9: ended, virtual agent × next epoch');
      return 'connecting';
    case 'handoff-connected':
      cell(event.by === 'outbound' ? 'outbound' : event.queued ? '2xx, queued' : '2xx');
      return event.queued ? 'queued' : 'connected';
    case 'handoff-assigned':
      // An outbound assigns too, in the same commit.
      cell(isAssignedByOutbound(session, event) ? 'outbound' : 'assign');
      return 'connected';
    case 'handoff-ended':
      note(`outcome: ${event.outcome}`);
      cell(moverOf(event));
      return 'ended, virtual agent';
    case 'session-ended':
      note(`end: ${event.reason}`);
      return 'ended, nobody';
    default:
      return row;
  }
}

const isAssignedByOutbound = (session: Session, event: EventOf<'handoff-assigned'>): boolean =>
  session.lastMessageSeq === event.seq + 1;

function moverOf({ outcome, cause }: EventOf<'handoff-ended'>): string {
  switch (outcome) {
    case 'disconnected':
      return 'disconnect';
    case 'no-response':
      return 'clock';
    case 'user-left':
      return 'end user leaves';
    case 'expired':
      return 'expires';
    case 'failed':
      if (cause.startsWith('Disconnected')) return 'disconnect';
      return cause.startsWith('Nobody connected') ? 'connectWithin' : 'final refusal';
  }
}
