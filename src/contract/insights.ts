import Type, { type Static } from 'typebox';
import { laneOf, statusLane } from '../core/calls.ts';
import { isMessage, type SessionEvent } from '../core/events.ts';
import { showValue, systemParameterNames, type Value } from '../core/flow/parameters.ts';
import { isTrial } from '../core/flow/trial.ts';
import { ownerOf, parameterOf, type Session } from '../core/session.ts';
import { utterance } from './desk-calls.ts';
import { shape } from './shape.ts';
import { Instant, instant, SessionId } from './text.ts';

const wholeNumber = Type.String({ pattern: '^[0-9]{1,9}$' });

/** Known to connectors, and better refused than silently ignored. */
const notServed = (name: string, instead: string) =>
  Type.Refine(
    Type.String({ description: 'Not served yet; refused.' }),
    () => false,
    () => `${name} is not served yet; leave it out (${instead}).`,
  );

export const InsightsQuery = Type.Object({
  from_date: Type.Optional(Type.String({ description: 'ISO date or instant; sessions that started then or later.' })),
  to_date: Type.Optional(Type.String({ description: 'ISO date or instant; sessions that started before it.' })),
  page_number: Type.Optional(wholeNumber),
  page_size: Type.Optional(wholeNumber),
  agent_id: Type.Optional(Type.String()),
  state: Type.Optional(Type.Enum(['open', 'ended'])),
  handoff: Type.Optional(
    Type.Enum(['with', 'without'], { description: 'Whether a live agent was asked for in them.' }),
  ),
  trial: Type.Optional(
    Type.Enum(['with', 'without', 'only'], { description: 'Sessions of drafts that were tried; with by default.' }),
  ),
  user_id: Type.Optional(notServed('user_id', 'a session names its user')),
  sort_by: Type.Optional(notServed('sort_by', 'the newest session comes first')),
  filter_by: Type.Optional(notServed('filter_by', 'the newest session comes first')),
});

export const Parameters = Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())]));

const Desk = Type.Object(
  {
    not_received_since: Type.Union([Instant, Type.Null()], {
      description: 'Since when the oldest call is owed, once one was tried in vain; null while the desk receives.',
    }),
    waiting: Type.Integer({ description: 'Calls of handoffs that are owed now.' }),
    dead: Type.Integer({ description: 'Calls that were given up, and neither replayed nor skipped.' }),
    last_failure: Type.Union([Type.String(), Type.Null()]),
  },
  { description: 'What the desk has not received of this session.' },
);

export const SessionReport = Type.Object({
  id: SessionId,
  agent_id: Type.String(),
  session_start_time: Instant,
  session_end_time: Type.Union([Instant, Type.Null()]),
  session_status: Type.Union([Type.Literal('AWAITING_INPUT'), Type.Literal('ENDED')]),
  owner: Type.String(),
  channel: Type.Literal('web'),
  agent_version: Type.Integer({ description: 'Negative in a trial.' }),
  trial: Type.Boolean({ description: 'Whether it runs a draft that somebody tried.' }),
  user: Type.Union([Type.Object({ id: Type.String() }), Type.Null()]),
  parameters: Parameters,
  transcription: Type.Array(Type.Record(Type.String(), Type.String())),
  handoffs: Type.Array(
    Type.Object({
      epoch: Type.Integer(),
      requested_at: Instant,
      connected_at: Type.Union([Instant, Type.Null()]),
      ended_at: Type.Union([Instant, Type.Null()]),
      outcome: Type.Union([Type.String(), Type.Null()]),
      kept: Type.Boolean({ description: 'False when its messages were not to be kept (saveChat).' }),
    }),
  ),
  desk: Desk,
});

export type SessionReport = Static<typeof SessionReport>;

export const InsightsAnswer = Type.Object({
  sessions: Type.Array(SessionReport),
  page_number: Type.Integer(),
  page_size: Type.Integer(),
  total: Type.Integer(),
});

export const ParametersAnswer = Type.Object({ id: SessionId, parameters: Parameters });

export const insightsQuery = shape(InsightsQuery);

/**
 * Whether an event's text is kept out of reports: its handoff was not to be kept (`saveChat`) and the session has ended.
 */
export function isWithheld({ phase, unkept }: Session, event: SessionEvent): boolean {
  if (phase.kind !== 'ended' || unkept.length === 0) return false;
  if (event.kind === 'live-agent-message-sent') return unkept.includes(event.epoch);
  return event.kind === 'user-message-received' && event.to.kind === 'live-agent' && unkept.includes(event.to.epoch);
}

/** Whether what a desk answered is kept out of reports too: it may repeat what it was told. @param lane of the call. */
export function isAnswerWithheld({ phase, unkept }: Session, lane: string): boolean {
  if (phase.kind !== 'ended') return false;
  return lane === statusLane ? unkept.length > 0 : unkept.some((epoch) => lane === laneOf(epoch));
}

/** The initial message is such a text too, wherever it is repeated. */
export const isInitialWithheld = ({ phase, unkept, initialEpoch }: Session): boolean =>
  phase.kind === 'ended' && initialEpoch !== null && unkept.includes(initialEpoch);

export function reportParameters(session: Session): Record<string, string | string[]> {
  const own = (value: Value): string | string[] => (typeof value === 'string' ? value : [...value]);
  const shown = isInitialWithheld(session) ? { ...session, initialMessage: null } : session;
  return Object.fromEntries([
    ...systemParameterNames.map((name) => [name, showValue(parameterOf(shown, name) ?? '')] as const),
    ...Object.entries(session.parameters).map(([name, value]) => [name, own(value)] as const),
  ]);
}

/** What the desk has not received, instants in ms. */
type Debt = Readonly<{
  notReceivedSince: number | null;
  waiting: number;
  dead: number;
  lastFailure: string | null;
}>;

/** A session's call log, folded from its whole event log. */
export function sessionReport(session: Session, events: readonly SessionEvent[], debt: Debt): SessionReport {
  const since = debt.notReceivedSince ?? session.delayed?.since ?? null;
  const end = events.find(({ kind }) => kind === 'session-ended');
  const owner = ownerOf(session);
  return {
    id: session.id,
    agent_id: session.virtualAgentId,
    session_start_time: instant(session.startedAt),
    session_end_time: end === undefined ? null : instant(end.at),
    session_status: owner === 'nobody' ? 'ENDED' : 'AWAITING_INPUT',
    owner,
    channel: 'web',
    agent_version: session.flowVersion,
    trial: isTrial(session.flowVersion),
    user: session.userId === null ? null : { id: session.userId },
    parameters: reportParameters(session),
    transcription: events
      .filter((event) => isMessage(event) && !isWithheld(session, event))
      .flatMap((event) => (isMessage(event) ? [{ ...utterance(event) }] : [])),
    handoffs: handoffReports(events),
    desk: {
      not_received_since: since === null ? null : instant(since),
      ...{ waiting: debt.waiting, dead: debt.dead, last_failure: debt.lastFailure },
    },
  };
}

function handoffReports(events: readonly SessionEvent[]): SessionReport['handoffs'] {
  const found = new Map<number, SessionReport['handoffs'][number]>();
  for (const event of events) {
    switch (event.kind) {
      case 'handoff-requested': {
        const { epoch, saveChat: kept } = event;
        const requested = { requested_at: instant(event.at), connected_at: null, ended_at: null, outcome: null };
        found.set(epoch, { epoch, ...requested, kept });
        break;
      }
      case 'handoff-connected':
        update(found, event.epoch, { connected_at: instant(event.at) });
        break;
      case 'handoff-ended':
        update(found, event.epoch, { ended_at: instant(event.at), outcome: event.outcome });
        break;
      default:
    }
  }
  return [...found.values()];
}

type HandoffReport = SessionReport['handoffs'][number];

function update(found: Map<number, HandoffReport>, epoch: number, change: Partial<HandoffReport>): void {
  const known = found.get(epoch);
  if (known !== undefined) found.set(epoch, { ...known, ...change });
}
