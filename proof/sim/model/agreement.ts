import type { Session } from '../../../src/core/session.ts';
import type { State } from './state.ts';
import { broken, type Mirror, same } from './world.ts';

/** The log gives the state that was committed with it. */
export function checkAgreement(mirror: Mirror, state: State, session: Session): void {
  const facts = factsOf(mirror, state, session);
  for (const [name, ours, theirs] of facts) {
    if (ours === theirs) continue;
    if (typeof ours === 'object' && same(ours, theirs)) continue;
    const shown = `${JSON.stringify(theirs)}, but its log says ${JSON.stringify(ours)}`;
    broken(11, mirror.id, `after event ${state.version} its stored state has ${name} ${shown}.`);
  }
}

type Fact = readonly [name: string, ours: unknown, theirs: unknown];

function factsOf(mirror: Mirror, state: State, session: Session): readonly Fact[] {
  return [
    ['id', mirror.id, session.id],
    ['version', state.version, session.version],
    ['at', state.at, session.at],
    ['virtualAgentId', state.virtualAgentId, session.virtualAgentId],
    ['flowVersion', state.flowVersion, session.flowVersion],
    ['expiresAt', state.expiresAt, session.expiresAt],
    ['lastEpoch', state.lastEpoch, session.lastEpoch],
    ['lastFailedEpoch', state.lastFailedEpoch, session.lastFailedEpoch],
    ['lastMessageSeq', state.lastMessageSeq, session.lastMessageSeq],
    ['socketSeen', state.socketSeen, session.socketSeen],
    ['stepped', state.stepped, session.stepped],
    ['receivedTo', state.receivedTo, session.receivedTo],
    ['readTo', state.readTo, session.readTo],
    ['initialMessage', state.initialMessage, session.initialMessage],
    ['phase', phaseOf(state), session.phase],
    ['requests', state.requests, session.requests.map(({ request }) => request)],
    ['bots', Object.fromEntries(state.bots), session.bots],
    ['returns', state.returns.map(({ node }) => node), session.returns.map(({ node }) => node)],
    ['delayed', state.delayed, session.delayed],
    ['inputs', state.inputs, session.inputs.map(({ seq }) => seq)],
    ['unread', shortUnread(state.unread), shortUnread(session.unread)],
    ['parameters', Object.fromEntries(state.parameters), session.parameters],
  ];
}

const shortUnread = (unread: readonly Readonly<{ seq: number; messageId: string; delivered: boolean }>[]): unknown =>
  unread.map(({ seq, messageId, delivered }) => [seq, messageId, delivered]);

/** As the session writes it. */
function phaseOf(state: State): unknown {
  const { phase, handoff } = state;
  if (phase === 'waiting') return { kind: 'waiting', node: state.waitsAt, misses: state.misses };
  if (phase === 'asking') return { kind: 'asking', ...state.asking };
  if (phase === 'ended') return { kind: 'ended', reason: state.endReason };
  if (phase !== 'handoff' || handoff === null) return { kind: phase };
  const { epoch, node, limits, reportsStatus, previousSeq: lastSentSeq } = handoff;
  return { kind: 'handoff', handoff: { epoch, node, limits, reportsStatus, lastSentSeq, stage: stageOf(handoff) } };
}

function stageOf({ stage: kind, connectBy, owedSince, assignedAt, answered }: NonNullable<State['handoff']>): unknown {
  if (kind === 'connecting') return { kind, connectBy };
  return kind === 'queued' ? { kind, owedSince } : { kind, assignedAt, answered, owedSince };
}
