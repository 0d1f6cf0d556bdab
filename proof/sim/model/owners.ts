import type { EventOf, SessionEvent } from '../../../src/core/events.ts';
import type { State } from './state.ts';
import { broken, type Mirror } from './world.ts';

const mayFollowTheEnd: ReadonlySet<SessionEvent['kind']> = new Set([
  'delivery-died',
  'delivery-replayed',
  'delivery-skipped',
]);

const ofTheFlow: ReadonlySet<SessionEvent['kind']> = new Set([
  'node-entered',
  'virtual-agent-message-sent',
  'input-awaited',
  'input-taken',
  'handoff-unavailable',
  'handoff-requested',
  'intent-recognised',
  'sub-flow-entered',
  'sub-flow-left',
  'context-switched',
  'skill-requested',
]);

export const nameOf = ({ seq, kind }: SessionEvent): string => `event ${seq} (${kind})`;

/** One owner at a time, and what belongs to a handoff only while it owns. */
export function checkOwners(mirror: Mirror, state: State, event: SessionEvent): void {
  const { id } = mirror;
  const name = nameOf(event);
  if (state.phase === 'ended' && !mayFollowTheEnd.has(event.kind))
    broken(7, id, `${name} came after the session had ended.`);
  if (ofTheFlow.has(event.kind)) {
    if (state.handoff !== null) broken(7, id, `${name} came while handoff ${state.handoff.epoch} owned the session.`);
    if (state.phase === 'created') broken(7, id, `${name} came before the flow had started.`);
  }
  switch (event.kind) {
    case 'session-started':
      return broken(3, id, `${name} started it a second time.`);
    case 'flow-started':
      if (state.phase !== 'created') broken(7, id, `${name} started the flow a second time.`);
      return;
    case 'user-message-received':
      return checkAddressee(mirror, state, event);
    case 'live-agent-message-sent':
      owned(mirror, state, event);
      if (state.handoff?.stage !== 'connected')
        broken(7, id, `${name} came before handoff ${event.epoch} was connected to a live agent.`);
      return;
    case 'handoff-connected':
      owned(mirror, state, event);
      return checkConnected(mirror, state, event);
    case 'handoff-assigned':
      owned(mirror, state, event);
      if (state.handoff?.stage !== 'queued')
        broken(8, id, `${name} assigned handoff ${event.epoch}, which was not queued.`);
      return;
    case 'handoff-ended':
      return checkOutcome(mirror, state, event);
    case 'session-ended':
      return checkEnd(mirror, state, event);
  }
}

function owned(mirror: Mirror, { handoff }: State, event: SessionEvent & Readonly<{ epoch: number }>): void {
  if (handoff?.epoch === event.epoch) return;
  const owner = handoff === null ? 'no handoff' : `handoff ${handoff.epoch}`;
  broken(7, mirror.id, `${nameOf(event)} is of handoff ${event.epoch}, but ${owner} owned the session.`);
}

function checkAddressee(mirror: Mirror, state: State, event: EventOf<'user-message-received'>): void {
  const { to, seq } = event;
  const { handoff } = state;
  const addressee = to.kind === 'live-agent' ? `the live agent of handoff ${to.epoch}` : `the ${to.kind}`;
  const goesTo = (owner: string): never =>
    broken(7, mirror.id, `message ${seq} of the end user went to ${addressee}, but ${owner} owned the session.`);
  if (handoff !== null) {
    if (to.kind !== 'live-agent' || to.epoch !== handoff.epoch) goesTo(`handoff ${handoff.epoch}`);
  } else if (to.kind === 'live-agent') goesTo('the virtual agent');
  if (to.kind === 'greeting' && (state.stepped || state.initialMessage !== null)) {
    broken(
      6,
      mirror.id,
      `message ${seq} was taken for a greeting, but something had been said or stepped before: it reached nobody.`,
    );
  }
  if (to.kind === 'virtual-agent' && state.phase === 'created') {
    broken(6, mirror.id, `message ${seq} came before the flow had started.`);
  }
}

function checkConnected(mirror: Mirror, state: State, event: EventOf<'handoff-connected'>): void {
  if (state.handoff?.stage !== 'connecting')
    broken(8, mirror.id, `${nameOf(event)} connected handoff ${event.epoch} a second time.`);
  if (event.by === 'outbound') return;
  const start = mirror.lanes.get(`h${event.epoch}`)?.calls[0];
  if (start?.taken !== true)
    broken(
      8,
      mirror.id,
      `${nameOf(event)} connected handoff ${event.epoch}, but its desk had not taken the start call.`,
    );
}

/** Exactly one outcome, and one that somebody or something caused. */
function checkOutcome(mirror: Mirror, state: State, event: EventOf<'handoff-ended'>): void {
  const { handoff } = state;
  const { epoch, outcome } = event;
  const tell = (sentence: string): never => broken(8, mirror.id, `${nameOf(event)}: ${sentence}`);
  if (handoff?.epoch !== epoch) {
    if (epoch <= state.lastEpoch) return tell(`handoff ${epoch} has a second outcome, ${outcome}.`);
    return tell(`handoff ${epoch} has the outcome ${outcome} and was never requested.`);
  }
  if (event.node !== handoff.node) tell(`handoff ${epoch} was requested by node ${handoff.node}, not ${event.node}.`);
  const connecting = handoff.stage === 'connecting';
  if (outcome === 'failed' && !connecting) tell(`handoff ${epoch} took Failed although it was connected.`);
  if ((outcome === 'disconnected' || outcome === 'no-response') && connecting) {
    tell(`handoff ${epoch} has the outcome ${outcome} although it was not connected.`);
  }
  if (outcome === 'user-left' && !mirror.words.left)
    tell(`handoff ${epoch} ended because the end user left, who never did.`);
  const start = mirror.lanes.get(`h${epoch}`)?.calls[0];
  const failedByItself = outcome === 'failed' && (event.at >= handoff.connectBy || start?.died === true);
  const byDesk = outcome === 'disconnected' || (outcome === 'failed' && !failedByItself);
  if (byDesk && !mirror.writes.spendDisconnect(epoch)) {
    tell(`handoff ${epoch} has the outcome ${outcome}, but no disconnect that could still count had asked for it.`);
  }
}

function checkEnd(mirror: Mirror, state: State, event: EventOf<'session-ended'>): void {
  if (state.handoff !== null)
    broken(8, mirror.id, `${nameOf(event)} ended it while handoff ${state.handoff.epoch} had no outcome.`);
  if (event.reason === 'user-left' && !mirror.words.left)
    broken(10, mirror.id, `${nameOf(event)}: the end user never left.`);
  if ((event.reason === 'completed' || event.reason === 'fault') && state.phase !== 'running') {
    broken(7, mirror.id, `${nameOf(event)} (${event.reason}) came although the flow did not run.`);
  }
}
