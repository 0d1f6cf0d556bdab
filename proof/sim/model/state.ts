import type { EventOf, ResponseLimits, SessionEvent } from '../../../src/core/events.ts';
import type { Value } from '../../../src/core/flow/parameters.ts';

/** A handoff that owns its session. */
export type Owning = {
  readonly epoch: number;
  readonly node: string;
  readonly limits: ResponseLimits;
  readonly reportsStatus: boolean;
  stage: 'connecting' | 'queued' | 'connected';
  readonly connectBy: number;
  /** Since when the live agent owes an answer; null when they owe none or nobody is connected. */
  owedSince: number | null;
  assignedAt: number;
  answered: boolean;
  /** Of the last message that the desk was told of. */
  previousSeq: number;
};

export type Unread = { readonly seq: number; readonly messageId: string; readonly node: string; delivered: boolean };

/** What is true of a session after its events, worked out from the log alone. */
export type State = {
  readonly virtualAgentId: string;
  readonly flowVersion: number;
  readonly expiresAt: number;
  version: number;
  at: number;
  phase: 'created' | 'running' | 'waiting' | 'asking' | 'handoff' | 'ended';
  /** The request that a node waits for, while one does. */
  asking: Readonly<{ node: string; request: number; dueAt: number; told: number | null }> | null;
  /** Requests that nobody waits for. */
  requests: number[];
  /** By external bot, by its node: up to which seq it was told what was said, and has answered. */
  readonly bots: Map<string, number>;
  /** Where the flow goes on when it leads nowhere. */
  returns: Readonly<{ node: string; by: string | null }>[];
  /** The node that waits, while one does. */
  waitsAt: string;
  misses: number;
  endReason: string | null;
  handoff: Owning | null;
  lastEpoch: number;
  lastFailedEpoch: number;
  lastMessageSeq: number;
  socketSeen: boolean;
  stepped: boolean;
  initialMessage: string | null;
  readonly parameters: Map<string, Value>;
  /** Seqs of the end user's messages that no node has taken and nobody was connected for. */
  inputs: number[];
  unread: Unread[];
  receivedTo: number;
  readTo: number;
  delayed: Readonly<{ epoch: number; since: number }> | null;
};

export const startState = (event: EventOf<'session-started'>): State => ({
  virtualAgentId: event.virtualAgentId,
  flowVersion: event.flowVersion,
  expiresAt: event.expiresAt,
  version: 1,
  at: event.at,
  phase: 'created',
  asking: null,
  requests: [],
  bots: new Map(),
  returns: [],
  waitsAt: '',
  misses: 0,
  endReason: null,
  handoff: null,
  lastEpoch: 0,
  lastFailedEpoch: 0,
  lastMessageSeq: 0,
  socketSeen: false,
  stepped: false,
  initialMessage: null,
  parameters: new Map(Object.entries(event.parameters)),
  inputs: [],
  unread: [],
  receivedTo: 0,
  readTo: 0,
  delayed: null,
});

/** Takes in an event that the rules allow. */
export function advance(state: State, event: SessionEvent): void {
  state.version = event.seq;
  state.at = event.at;
  switch (event.kind) {
    case 'socket-connected':
      state.socketSeen = true;
      return;
    case 'flow-started':
      if (event.by === 'step') state.stepped = true;
      state.phase = 'running';
      return;
    case 'first-step-taken':
      state.stepped = true;
      return;
    case 'parameters-set':
      for (const { name, value } of event.parameters) state.parameters.set(name, value);
      return;
    case 'input-awaited':
      state.phase = 'waiting';
      state.waitsAt = event.node;
      state.misses = event.misses;
      return;
    case 'input-taken':
      state.phase = 'running';
      if (event.messageSeq !== null) state.inputs.shift();
      return;
    case 'messages-received':
    case 'messages-read':
      return receipt(state, event);
    case 'session-ended':
      state.phase = 'ended';
      state.endReason = event.reason;
      state.inputs = [];
      state.unread = [];
      state.delayed = null;
      state.asking = null;
      state.requests = [];
      state.returns = [];
      return;
    case 'sub-flow-entered':
      state.returns.push({ node: event.node, by: null });
      return;
    case 'context-switched':
      if (!event.returns) state.returns = [];
      else if (state.returns.some(({ by }) => by === event.node)) {
        while (state.returns.at(-1)?.by !== event.node) state.returns.pop();
      } else state.returns.push({ node: event.from, by: event.node });
      return;
    case 'sub-flow-left':
      state.returns.pop();
      return;
    case 'skill-requested':
    case 'skill-answered':
    case 'skill-failed':
      return skillMoved(state, event);
    case 'delivery-delayed':
      state.delayed = { epoch: event.epoch, since: event.since };
      return;
    case 'delivery-resumed':
      state.delayed = null;
      return;
    case 'virtual-agent-message-sent':
      state.lastMessageSeq = event.seq;
      return;
    case 'user-message-received':
      return userWrote(state, event);
    case 'live-agent-message-sent':
      return liveAgentWrote(state, event);
    default:
      return handoffMoved(state, event);
  }
}

function skillMoved(state: State, event: EventOf<'skill-requested' | 'skill-answered' | 'skill-failed'>): void {
  if (event.kind === 'skill-requested') {
    const { node, seq: request, dueAt } = event;
    if (!event.waits) state.requests.push(request);
    else {
      state.phase = 'asking';
      state.asking = { node, request, dueAt, told: event.skill === 'external-bot' ? event.to : null };
    }
  } else if (state.asking?.request === event.request) {
    const { node, told } = state.asking;
    if (event.kind === 'skill-answered' && told !== null) state.bots.set(node, told);
    state.phase = 'running';
    state.asking = null;
  } else state.requests = state.requests.filter((request) => request !== event.request);
}

function receipt(state: State, event: EventOf<'messages-received' | 'messages-read'>): void {
  // Whatever was read was received.
  state.receivedTo = Math.max(state.receivedTo, event.to);
  for (const message of state.unread) if (message.seq <= event.to) message.delivered = true;
  if (event.kind === 'messages-received') return;
  state.readTo = Math.max(state.readTo, event.to);
  state.unread = state.unread.filter(({ seq }) => seq > event.to);
}

function userWrote(state: State, event: EventOf<'user-message-received'>): void {
  state.lastMessageSeq = event.seq;
  state.initialMessage ??= event.text;
  if (event.to.kind === 'virtual-agent') state.inputs.push(event.seq);
  const { handoff } = state;
  if (event.to.kind !== 'live-agent' || handoff === null) return;
  handoff.previousSeq = event.seq;
  if (handoff.stage === 'connecting') state.inputs.push(event.seq);
  else handoff.owedSince ??= event.at;
}

function liveAgentWrote(state: State, event: EventOf<'live-agent-message-sent'>): void {
  state.lastMessageSeq = event.seq;
  const { handoff } = state;
  if (handoff === null) return;
  handoff.owedSince = null;
  handoff.answered = true;
  if (!handoff.reportsStatus) return;
  state.unread.push({ seq: event.seq, messageId: event.messageId, node: handoff.node, delivered: false });
}

function handoffMoved(state: State, event: SessionEvent): void {
  const { handoff } = state;
  if (event.kind === 'handoff-requested') {
    state.phase = 'handoff';
    state.lastEpoch = event.epoch;
    state.handoff = owning(event);
  } else if (event.kind === 'handoff-connected' && handoff !== null) {
    state.inputs = [];
    handoff.stage = event.queued ? 'queued' : 'connected';
    handoff.owedSince = event.at;
    handoff.assignedAt = event.at;
  } else if (event.kind === 'handoff-assigned' && handoff !== null) {
    handoff.stage = 'connected';
    handoff.assignedAt = event.at;
  } else if (event.kind === 'handoff-ended') {
    state.phase = 'running';
    state.handoff = null;
    state.delayed = null;
    if (event.outcome === 'failed') state.lastFailedEpoch = event.epoch;
    else state.inputs = [];
  }
}

const owning = (event: EventOf<'handoff-requested'>): Owning => ({
  epoch: event.epoch,
  node: event.node,
  limits: event.limits,
  reportsStatus: event.reportsStatus,
  stage: 'connecting',
  connectBy: event.connectBy,
  owedSince: null,
  assignedAt: 0,
  answered: false,
  previousSeq: event.lastSeq,
});
