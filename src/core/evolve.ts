import type { EventOf, SessionEvent } from './events.ts';
import type { ParameterValues } from './flow/parameters.ts';
import { owing } from './response-clock.ts';
import { begin, type Handoff, type HandoffStage, noTrail, type Return, type Session, type Trail } from './session.ts';

/**
 * The session after an event. Total: an event that does not fit the state changes nothing but the version, and
 * nothing is thrown, so that any log that was ever committed can be read.
 */
export function evolve(session: Session, event: SessionEvent): Session {
  return apply({ ...session, version: event.seq, at: event.at }, event);
}

/** Folds a whole log; its first event must be *session-started*, otherwise there is no session. */
export function replay(events: readonly SessionEvent[]): Session | null {
  const [first, ...rest] = events;
  return first?.kind === 'session-started' ? rest.reduce(evolve, begin(first)) : null;
}

function apply(session: Session, event: SessionEvent): Session {
  switch (event.kind) {
    case 'session-started':
    case 'handoff-unavailable':
    case 'delivery-died':
    case 'delivery-replayed':
    case 'delivery-skipped':
      return session;
    case 'delivery-delayed':
      return owns(session, event.epoch) ? { ...session, delayed: { epoch: event.epoch, since: event.since } } : session;
    case 'delivery-resumed':
      return { ...session, delayed: null };
    case 'socket-connected':
      return { ...session, socketSeen: true };
    case 'flow-started':
      return { ...session, stepped: event.by === 'step', phase: { kind: 'running' } };
    case 'first-step-taken':
      return { ...session, stepped: true };
    case 'parameters-set':
      return { ...session, parameters: assigned(session.parameters, event) };
    case 'virtual-agent-message-sent':
      return { ...session, lastMessageSeq: event.seq };
    case 'user-message-received':
      return userMessage({ ...session, lastMessageSeq: event.seq }, event);
    case 'live-agent-message-sent':
      return liveAgentMessage({ ...session, lastMessageSeq: event.seq }, event);
    case 'messages-received':
      return received(session, event.to);
    case 'messages-read':
      return {
        ...received(session, event.to),
        readTo: Math.max(session.readTo, event.to),
        unread: session.unread.filter((message) => message.seq > event.to),
      };
    case 'session-ended':
      return {
        ...session,
        phase: { kind: 'ended', reason: event.reason },
        ...{ unread: [], inputs: [], delayed: null, returns: [], requests: [], trail: noTrail },
      };
    case 'handoff-requested':
    case 'handoff-connected':
    case 'handoff-assigned':
    case 'handoff-ended':
      return handoffEvent(session, event);
    default:
      return flowEvent(session, event);
  }
}

type FlowEvent = EventOf<
  | 'intent-recognised'
  | 'node-entered'
  | 'input-awaited'
  | 'input-taken'
  | 'sub-flow-entered'
  | 'context-switched'
  | 'sub-flow-left'
  | 'skill-requested'
  | 'skill-answered'
  | 'skill-failed'
>;

/** What the flow does by itself: between people's words. */
function flowEvent(session: Session, event: FlowEvent): Session {
  if (session.phase.kind === 'ended') return session;
  switch (event.kind) {
    case 'intent-recognised':
      return session;
    case 'node-entered':
      return { ...session, trail: longer(session.trail, event.node) };
    case 'input-awaited':
      return { ...session, phase: { kind: 'waiting', node: event.node, misses: event.misses } };
    case 'input-taken':
      return {
        ...session,
        trail: noTrail,
        phase: { kind: 'running' },
        inputs: session.inputs.filter((input) => input.seq !== event.messageSeq),
      };
    case 'sub-flow-entered':
      return { ...session, returns: [...session.returns, { node: event.node, kind: 'after' }] };
    case 'context-switched':
      return { ...session, returns: switched(session.returns, event) };
    case 'sub-flow-left':
      return { ...session, returns: session.returns.slice(0, -1) };
    case 'skill-requested':
    case 'skill-answered':
    case 'skill-failed':
      return skillEvent(session, event);
  }
}

/** One that does not return has left the sub-flows for good; one out of its own branch returns where the first one does. */
function switched(
  returns: readonly Return[],
  { node, from, returns: comesBack }: EventOf<'context-switched'>,
): readonly Return[] {
  if (!comesBack) return [];
  const within = returns.findIndex((one) => one.kind === 'again' && one.by === node);
  return within >= 0 ? returns.slice(0, within + 1) : [...returns, { node: from, kind: 'again', by: node }];
}

type SkillEvent = EventOf<'skill-requested' | 'skill-answered' | 'skill-failed'>;

function skillEvent(session: Session, event: SkillEvent): Session {
  if (event.kind === 'skill-requested') {
    const { node, seq: request, dueAt, waits, skill, to } = event;
    const told = skill === 'external-bot' ? to : null;
    return waits
      ? { ...session, phase: { kind: 'asking', node, request, dueAt, told } }
      : { ...session, requests: [...session.requests, { node, request }] };
  }
  const { phase } = session;
  if (phase.kind === 'asking' && phase.request === event.request) {
    // A turn that failed may not have been heard.
    const heard = event.kind === 'skill-answered' && phase.told !== null;
    const bots = heard ? { ...session.bots, [phase.node]: phase.told } : session.bots;
    return { ...session, bots, phase: { kind: 'running' } };
  }
  return { ...session, requests: session.requests.filter(({ request }) => request !== event.request) };
}

const namesInTrail = 20;

const longer = ({ length, last }: Trail, node: string): Trail => ({
  length: length + 1,
  last: [...last, node].slice(-namesInTrail),
});

type HandoffEvent = EventOf<'handoff-requested' | 'handoff-connected' | 'handoff-assigned' | 'handoff-ended'>;

function handoffEvent(session: Session, event: HandoffEvent): Session {
  switch (event.kind) {
    case 'handoff-requested': {
      const handoff: Handoff = {
        epoch: event.epoch,
        node: event.node,
        limits: event.limits,
        reportsStatus: event.reportsStatus,
        lastSentSeq: event.lastSeq,
        stage: { kind: 'connecting', connectBy: event.connectBy },
      };
      const unkept = event.saveChat ? session.unkept : [...session.unkept, event.epoch];
      return { ...session, lastEpoch: event.epoch, unkept, phase: { kind: 'handoff', handoff } };
    }
    case 'handoff-connected': {
      const stage: HandoffStage = event.queued
        ? { kind: 'queued', owedSince: event.at }
        : { kind: 'connected', assignedAt: event.at, answered: false, owedSince: event.at };
      return withStage({ ...session, inputs: [] }, event.epoch, () => stage);
    }
    case 'handoff-assigned':
      return withStage(session, event.epoch, (stage) =>
        stage.kind === 'queued'
          ? { kind: 'connected', assignedAt: event.at, answered: false, owedSince: stage.owedSince }
          : stage,
      );
    case 'handoff-ended':
      if (session.phase.kind !== 'handoff') return session;
      // Only after *Failed* have the end user's words reached nobody.
      return event.outcome === 'failed'
        ? { ...session, delayed: null, lastFailedEpoch: event.epoch, phase: { kind: 'running' } }
        : { ...session, delayed: null, inputs: [], trail: noTrail, phase: { kind: 'running' } };
  }
}

const owns = ({ phase }: Session, epoch: number): boolean => phase.kind === 'handoff' && phase.handoff.epoch === epoch;

function withStage(session: Session, epoch: number, change: (stage: HandoffStage) => HandoffStage): Session {
  if (session.phase.kind !== 'handoff' || !owns(session, epoch)) return session;
  const { handoff } = session.phase;
  return { ...session, phase: { kind: 'handoff', handoff: { ...handoff, stage: change(handoff.stage) } } };
}

function userMessage(session: Session, event: EventOf<'user-message-received'>): Session {
  const known: Session =
    session.initialMessage === null
      ? { ...session, initialMessage: event.text, initialEpoch: event.to.kind === 'live-agent' ? event.to.epoch : null }
      : session;
  const input = { seq: event.seq, text: event.text };
  if (event.to.kind === 'greeting') return known;
  if (event.to.kind === 'virtual-agent' || known.phase.kind !== 'handoff') {
    return { ...known, inputs: [...known.inputs, input] };
  }
  const { handoff } = known.phase;
  const sent: Handoff = { ...handoff, lastSentSeq: event.seq, stage: owing(handoff.stage, event.at) };
  return {
    ...known,
    inputs: handoff.stage.kind === 'connecting' ? [...known.inputs, input] : known.inputs,
    phase: { kind: 'handoff', handoff: sent },
  };
}

function liveAgentMessage(session: Session, event: EventOf<'live-agent-message-sent'>): Session {
  const answered = withStage(session, event.epoch, (stage) =>
    stage.kind === 'connected' ? { ...stage, answered: true, owedSince: null } : stage,
  );
  if (answered.phase.kind !== 'handoff' || !answered.phase.handoff.reportsStatus) return answered;
  const { node } = answered.phase.handoff;
  const unread = { seq: event.seq, messageId: event.messageId, epoch: event.epoch, node, delivered: false };
  return { ...answered, unread: [...answered.unread, unread] };
}

function received(session: Session, to: number): Session {
  return {
    ...session,
    receivedTo: Math.max(session.receivedTo, to),
    unread: session.unread.map((message) =>
      message.seq <= to && !message.delivered ? { ...message, delivered: true } : message,
    ),
  };
}

function assigned(parameters: ParameterValues, event: EventOf<'parameters-set'>): ParameterValues {
  const next = { ...parameters };
  for (const { name, value } of event.parameters) {
    Object.defineProperty(next, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return next;
}
