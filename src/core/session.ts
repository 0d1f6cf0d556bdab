import type { EventOf, ResponseLimits, SessionEndReason } from './events.ts';
import { isSystemParameter, type ParameterValues, type Value } from './flow/parameters.ts';

/** Where a handoff stands. Queued is the contract's *connected* before anybody is assigned. */
export type HandoffStage =
  | Readonly<{ kind: 'connecting'; connectBy: number }>
  | Readonly<{ kind: 'queued'; owedSince: number }>
  | Readonly<{
      kind: 'connected';
      assignedAt: number;
      /** Whether the live agent has written in this handoff. */
      answered: boolean;
      /** Since when the live agent owes an answer; null when they owe none. */
      owedSince: number | null;
    }>;

export type Handoff = Readonly<{
  epoch: number;
  node: string;
  limits: ResponseLimits;
  reportsStatus: boolean;
  /** Seq of the last end user's message that this desk was told of, by its start transcript or inbound. */
  lastSentSeq: number;
  stage: HandoffStage;
}>;

export type Phase =
  | Readonly<{ kind: 'created' }>
  | Readonly<{ kind: 'running' }>
  | Readonly<{ kind: 'waiting'; node: string; misses: number }>
  /** A node waits for the answer to its request. */
  | Readonly<{
      kind: 'asking';
      node: string;
      request: number;
      dueAt: number;
      /** Up to which seq an external bot is told what was said; null of other nodes. */
      told: number | null;
    }>
  | Readonly<{ kind: 'handoff'; handoff: Handoff }>
  | Readonly<{ kind: 'ended'; reason: SessionEndReason }>;

/** An end user's message that no node has taken and no live agent was connected for. */
export type WaitingInput = Readonly<{ seq: number; text: string }>;

/** Where the flow goes on when it leads nowhere: after a sub-flow, or again to the node that a context switch left. */
export type Return = Readonly<{ node: string; kind: 'after' }> | Readonly<{ node: string; kind: 'again'; by: string }>;

/** The nodes since the flow last waited for a person: how many, and the last of them. */
export type Trail = Readonly<{ length: number; last: readonly string[] }>;

/** A live agent's message whose desk asked for statuses and which the end user has not read. */
export type UnreadMessage = Readonly<{
  seq: number;
  messageId: string;
  epoch: number;
  node: string;
  delivered: boolean;
}>;

/** What is true of a conversation now: its log, folded. `version` is the seq of its last event. */
export type Session = Readonly<{
  id: string;
  virtualAgentId: string;
  flowVersion: number;
  userId: string | null;
  version: number;
  startedAt: number;
  expiresAt: number;
  /** Instant of the last event; never runs backwards. */
  at: number;
  parameters: ParameterValues;
  initialMessage: string | null;
  /** The handoff in which the initial message was said, or null. */
  initialEpoch: number | null;
  socketSeen: boolean;
  /** Whether a step has been taken, which only starts the flow. */
  stepped: boolean;
  inputs: readonly WaitingInput[];
  lastMessageSeq: number;
  receivedTo: number;
  readTo: number;
  unread: readonly UnreadMessage[];
  lastEpoch: number;
  /** The last handoff that took *Failed*, 0 before any: what reached nobody there is settled. */
  lastFailedEpoch: number;
  /** Handoffs whose messages are not kept in reports once the session has ended. */
  unkept: readonly number[];
  /** The handoff whose desk does not receive, and since when; null while all is well. */
  delayed: Readonly<{ epoch: number; since: number }> | null;
  returns: readonly Return[];
  trail: Trail;
  /** Requests whose answers no node waits for. */
  requests: readonly Readonly<{ node: string; request: number }>[];
  /** Up to which seq each external bot, by its node, was told what was said and has answered. */
  bots: Readonly<Record<string, number>>;
  phase: Phase;
}>;

export type Owner = 'virtual_agent' | 'live_agent' | 'nobody';

export const noTrail: Trail = { length: 0, last: [] };

/** The session as its first event makes it. */
export function begin(event: EventOf<'session-started'>): Session {
  return {
    id: event.sessionId,
    virtualAgentId: event.virtualAgentId,
    flowVersion: event.flowVersion,
    userId: event.userId ?? null,
    version: event.seq,
    startedAt: event.at,
    expiresAt: event.expiresAt,
    at: event.at,
    parameters: event.parameters,
    initialMessage: null,
    initialEpoch: null,
    socketSeen: false,
    stepped: false,
    inputs: [],
    lastMessageSeq: 0,
    receivedTo: 0,
    readTo: 0,
    unread: [],
    lastEpoch: 0,
    lastFailedEpoch: 0,
    unkept: [],
    delayed: null,
    returns: [],
    trail: noTrail,
    requests: [],
    bots: {},
    phase: { kind: 'created' },
  };
}

/** The event that opened a session to which nothing has happened since. */
export function startOf(session: Session): EventOf<'session-started'> {
  const { id: sessionId, startedAt: at, userId, virtualAgentId, flowVersion, expiresAt, parameters } = session;
  const user = userId === null ? {} : { userId };
  return {
    kind: 'session-started',
    seq: 1,
    at,
    sessionId,
    virtualAgentId,
    flowVersion,
    expiresAt,
    parameters,
    ...user,
  };
}

export function ownerOf(session: Session): Owner {
  if (session.phase.kind === 'handoff') return 'live_agent';
  return session.phase.kind === 'ended' ? 'nobody' : 'virtual_agent';
}

/** The value of any parameter, system ones included; undefined when nothing has that name. */
export function parameterOf(session: Session, name: string): Value | undefined {
  if (!isSystemParameter(name)) return Object.hasOwn(session.parameters, name) ? session.parameters[name] : undefined;
  const started = new Date(session.startedAt).toISOString();
  switch (name) {
    case 'SESSION_ID':
    case 'CONVERSATION_ID':
      return session.id;
    case 'AGENT_ID':
      return session.virtualAgentId;
    case 'INITIAL_MESSAGE':
      return session.initialMessage ?? '';
    case 'CONVERSATION_START_DATE':
      return started.slice(0, 10);
    default:
      return started.slice(11, 19);
  }
}
