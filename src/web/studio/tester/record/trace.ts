import type { LoggedEvent } from '../../../../contract/manage.ts';
import type { SessionEvent } from '../../../../core/events.ts';
import { evolve } from '../../../../core/evolve.ts';
import { begin, type Session } from '../../../../core/session.ts';
import type { Definition } from '../../draft/definition.ts';
import { nodeOf } from '../../draft/definition.ts';
import { outputTaken } from './taken.ts';

/*
 * What a session's log tells of the flow: which nodes were executed, what each did, and what is true now.
 * 1. Events are taken in order of seq; one that is known already changes nothing.
 * 2. The session is folded as the server folds it, so the tester and the server never differ in what is true.
 * 3. What happened belongs to the node that did it: a parameter that nobody's node set belongs to none.
 */

/** Where the conversation that is being tried has been, so that the canvas can light it up. */
export type Trace = Readonly<{
  /** How often each node was entered, by its id. */
  entered: ReadonlyMap<string, number>;
  /** The node that the flow waits at or is in; null when the session has ended or has not begun. */
  current: string | null;
  /** Outputs that were taken, as `node output`, where they are known. */
  taken: ReadonlySet<string>;
}>;

export type EventOf<Kind extends LoggedEvent['kind']> = Extract<LoggedEvent, { kind: Kind }>;

/** One node that was executed, once. */
export type Step = Readonly<{
  /** Seq of its being entered. */
  seq: number;
  node: string;
  type: string;
  at: string;
  /** What happened in it, in order. */
  did: readonly LoggedEvent[];
  /** The output by which it was left; null while it was not, or where it is not known. */
  output: string | null;
}>;

export type SaidEvent = EventOf<'user-message-received' | 'virtual-agent-message-sent' | 'live-agent-message-sent'>;

export type TrialRecord = Readonly<{
  /** Seq of the last event that was taken. */
  cursor: number;
  /** Null before the first event. */
  session: Session | null;
  steps: readonly Step[];
  trace: Trace;
  /** What is told between the lines of the conversation. */
  notes: readonly NoteEvent[];
  messages: readonly SaidEvent[];
  /** The handoff that was asked for last. */
  handoff: EventOf<'handoff-requested'> | null;
  /** Seq at which each parameter got its present value. */
  setAt: ReadonlyMap<string, number>;
  /** Seq with which the present turn began: whatever is set after it has just changed. */
  turn: number;
  /** The step that does what is told next, by its place in `steps`; null when no node does. */
  acting: number | null;
  /** The step that the flow leads on from; null where no output leads on. */
  from: number | null;
  /** What was told of a node that is entered next. */
  early: readonly LoggedEvent[];
}>;

const noteKinds = [
  ...(['handoff-requested', 'handoff-connected', 'handoff-assigned', 'handoff-ended', 'handoff-unavailable'] as const),
  ...(['skill-failed', 'context-switched', 'session-ended'] as const),
  ...(['delivery-died', 'delivery-delayed', 'delivery-resumed'] as const),
] as const satisfies readonly LoggedEvent['kind'][];

export type NoteEvent = EventOf<(typeof noteKinds)[number]>;

const isNote = (event: LoggedEvent): event is NoteEvent => (noteKinds as readonly string[]).includes(event.kind);

export const noTrace: Trace = { entered: new Map(), current: null, taken: new Set() };

export const emptyRecord: TrialRecord = {
  ...{ cursor: 0, session: null, steps: [], trace: noTrace, notes: [], messages: [] },
  ...{ handoff: null, setAt: new Map(), turn: 0, acting: null, from: null, early: [] },
};

/** The record after more of the log. @param definition that the session runs. */
export function readOn(record: TrialRecord, events: readonly LoggedEvent[], definition: Definition): TrialRecord {
  const news = events.filter(({ seq }) => seq > record.cursor);
  if (news.length === 0) return record;
  const next = news.reduce((before, event) => take(before, event, definition), record);
  const current = currentOf(next);
  return next.trace.current === current ? next : { ...next, trace: { ...next.trace, current } };
}

function take(before: TrialRecord, event: LoggedEvent, definition: Definition): TrialRecord {
  const record = flowEvent({ ...before, cursor: event.seq, session: folded(before.session, event) }, event, definition);
  return isNote(event) ? { ...record, notes: [...record.notes, event] } : record;
}

function folded(session: Session | null, event: LoggedEvent): Session | null {
  const told = { ...event, at: Date.parse(event.at) } as SessionEvent;
  if (session !== null) return evolve(session, told);
  return told.kind === 'session-started' ? begin(told) : null;
}

function currentOf({ session, steps }: TrialRecord): string | null {
  const { phase } = session ?? { phase: { kind: 'created' } as const };
  switch (phase.kind) {
    case 'created':
    case 'ended':
      return null;
    case 'running':
      return steps.at(-1)?.node ?? null;
    case 'waiting':
    case 'asking':
      return phase.node;
    case 'handoff':
      return phase.handoff.node;
  }
}

/** What an event says of the flow's way through its nodes. */
function flowEvent(record: TrialRecord, event: LoggedEvent, definition: Definition): TrialRecord {
  switch (event.kind) {
    case 'flow-started':
      return { ...record, turn: event.seq };
    case 'user-message-received':
      return { ...record, turn: event.seq, messages: [...record.messages, event] };
    case 'live-agent-message-sent':
      return { ...record, messages: [...record.messages, event] };
    case 'virtual-agent-message-sent':
      return done({ ...record, messages: [...record.messages, event] }, lastOf(record, event.node), event);
    case 'node-entered':
      return entered(left(record, event.node, definition), event);
    case 'parameters-set': {
      const setAt = new Map([...record.setAt, ...event.parameters.map(({ name }) => [name, event.seq] as const)]);
      return done({ ...record, setAt }, record.acting, event);
    }
    case 'sub-flow-entered':
      return { ...done(record, lastOf(record, event.node), event), from: null };
    case 'sub-flow-left':
      return cameBack(left(record, null, definition), event);
    case 'context-switched':
      return { ...record, early: [...record.early, event], acting: null, from: null };
    case 'session-ended':
      return { ...(event.reason === 'completed' ? left(record, null, definition) : record), acting: null, from: null };
    default:
      return nodeEvent(record, event);
  }
}

/** What a node tells of its waiting, asking and handing over. */
function nodeEvent(record: TrialRecord, event: LoggedEvent): TrialRecord {
  switch (event.kind) {
    case 'input-awaited':
      return rests(record, lastOf(record, event.node), event);
    case 'input-taken':
      return acts(record, lastOf(record, event.node), event);
    case 'intent-recognised':
      // That of a context switch is told before the node is entered.
      return record.acting !== null && record.steps[record.acting]?.node === event.node
        ? done(record, record.acting, event)
        : { ...record, early: [...record.early, event] };
    case 'skill-requested':
      return event.waits
        ? rests(record, lastOf(record, event.node), event)
        : done(record, lastOf(record, event.node), event);
    case 'skill-answered':
    case 'skill-failed':
      return answered(record, event);
    case 'handoff-requested':
      return rests({ ...record, handoff: event }, lastOf(record, event.node), event);
    case 'handoff-connected':
    case 'handoff-assigned':
      return done(record, lastOf(record, record.handoff?.node ?? ''), event);
    case 'handoff-ended':
    case 'handoff-unavailable':
      return acts(record, lastOf(record, event.node), event);
    default:
      return record;
  }
}

/** The last time that a node was executed, by its place. */
function lastOf({ steps }: TrialRecord, node: string): number | null {
  const found = steps.findLastIndex((step) => step.node === node);
  return found < 0 ? null : found;
}

function done(record: TrialRecord, index: number | null, event: LoggedEvent): TrialRecord {
  return changeStep(record, index, (step) => ({ ...step, did: [...step.did, event] }));
}

const acts = (record: TrialRecord, index: number | null, event: LoggedEvent): TrialRecord => ({
  ...done(record, index, event),
  ...{ acting: index, from: index },
});

/** It goes on later: until then nobody acts. */
const rests = (record: TrialRecord, index: number | null, event: LoggedEvent): TrialRecord => ({
  ...done(record, index, event),
  ...{ acting: null, from: index },
});

/** Of a request that nothing waited for the flow has gone on long ago. */
function answered(record: TrialRecord, event: EventOf<'skill-answered' | 'skill-failed'>): TrialRecord {
  const { request, node } = event;
  const asked = record.steps.findLastIndex(({ did }) =>
    did.some((one) => one.kind === 'skill-requested' && one.seq === request),
  );
  if (asked < 0) return acts(record, lastOf(record, node), event);
  const waited = record.steps[asked]?.did.some((one) => one.kind === 'skill-requested' && one.waits);
  return waited ? acts(record, asked, event) : { ...done(record, asked, event), acting: asked };
}

function entered(record: TrialRecord, { seq, node, type, at }: EventOf<'node-entered'>): TrialRecord {
  const step: Step = { seq, node, type, at, did: record.early, output: null };
  const counts = new Map(record.trace.entered).set(node, (record.trace.entered.get(node) ?? 0) + 1);
  const here = record.steps.length;
  return {
    ...record,
    steps: [...record.steps, step],
    trace: { ...record.trace, entered: counts },
    ...{ acting: here, from: here, early: [] },
  };
}

/** The flow leads on from a step, to a node or nowhere. */
function left(record: TrialRecord, to: string | null, definition: Definition): TrialRecord {
  const step = record.from === null ? undefined : record.steps[record.from];
  if (step === undefined) return record;
  const output = outputTaken(nodeOf(definition, step.node), step.did, to);
  if (output === null) return record;
  const taken = new Set(record.trace.taken).add(`${step.node} ${output}`);
  const next = changeStep(record, record.from, (known) => ({ ...known, output }));
  return { ...next, trace: { ...next.trace, taken } };
}

/** The sub-flow's own node is left next; a node that a context switch had left is entered again. */
function cameBack(record: TrialRecord, event: EventOf<'sub-flow-left'>): TrialRecord {
  const inside = record.steps.findLastIndex(
    ({ node, type, output }) => node === event.node && type === 'sub-flow' && output === null,
  );
  if (inside < 0) return { ...record, acting: null, from: null };
  return { ...done(record, inside, event), acting: null, from: inside };
}

function changeStep(record: TrialRecord, index: number | null, change: (step: Step) => Step): TrialRecord {
  const step = index === null ? undefined : record.steps[index];
  if (index === null || step === undefined) return record;
  return { ...record, steps: record.steps.with(index, change(step)) };
}
