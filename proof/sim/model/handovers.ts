import type { EventOf, SessionEvent } from '../../../src/core/events.ts';
import type { LiveAgentRoutingNode } from '../../../src/core/flow/nodes.ts';
import { respondByOf } from './deadlines.ts';
import { nameOf } from './owners.ts';
import type { State } from './state.ts';
import { broken, instantOf, type Mirror, same } from './world.ts';

/** What a handoff begins with, what its desk is told, and what is kept for the flow: no gap, no overlap. */
export function checkHandover(mirror: Mirror, state: State, event: SessionEvent): void {
  switch (event.kind) {
    case 'handoff-requested':
      return checkRequest(mirror, state, event);
    case 'handoff-unavailable':
      if (state.socketSeen)
        broken(7, mirror.id, `${nameOf(event)}: a socket was connected, so a live agent could be reached.`);
      return;
    case 'user-message-received':
      return checkTold(mirror, state, event);
    case 'input-taken':
      return checkTaken(mirror, state, event);
    case 'messages-received':
    case 'messages-read':
      return checkReceipt(mirror, state, event);
    case 'delivery-delayed':
    case 'delivery-resumed':
      return checkDelay(mirror, state, event);
  }
}

export function routingNode(mirror: Mirror, id: string): LiveAgentRoutingNode {
  const node = mirror.flow !== null && Object.hasOwn(mirror.flow.nodes, id) ? mirror.flow.nodes[id] : undefined;
  if (node?.type === 'live-agent-routing') return node;
  return broken(7, mirror.id, `its version has no node ${id} that routes to a live agent.`);
}

const seconds = (given: number | undefined): number | undefined =>
  given === undefined ? undefined : Math.round(given * 1000);

function checkRequest(mirror: Mirror, state: State, event: EventOf<'handoff-requested'>): void {
  const node = routingNode(mirror, event.node);
  const { id } = mirror;
  if (!state.socketSeen) broken(7, id, `${nameOf(event)} routes to a live agent, but no socket was ever connected.`);
  if (event.epoch !== state.lastEpoch + 1) {
    broken(7, id, `${nameOf(event)} begins handoff ${event.epoch}; the one before was ${state.lastEpoch}.`);
  }
  if (event.lastSeq !== state.lastMessageSeq) {
    broken(
      6,
      id,
      `${nameOf(event)} hands over the messages up to ${event.lastSeq}, but the last one is ${state.lastMessageSeq}.`,
    );
  }
  const hours = node.responseWaitingTime ?? 6.94;
  const limits = {
    waitingMs: hours === 6.94 ? 25_000_000 : Math.round(hours * 3_600_000),
    firstMs: seconds(node.firstResponseWithin),
    eachMs: seconds(node.eachResponseWithin),
  };
  if (!same(limits, event.limits)) broken(9, id, `${nameOf(event)} has other limits than its node.`);
  const connectBy = event.at + Math.round((node.connectWithin ?? 30) * 1000);
  const respondBy = event.at + Math.min(limits.waitingMs, limits.firstMs ?? limits.waitingMs);
  if (event.connectBy !== connectBy)
    broken(9, id, `${nameOf(event)} must be connected by ${instantOf(connectBy)}, not ${instantOf(event.connectBy)}.`);
  if (event.respondBy !== respondBy)
    broken(9, id, `${nameOf(event)} must be answered by ${instantOf(respondBy)}, not ${instantOf(event.respondBy)}.`);
  if (
    event.reportsStatus !== (node.statusDeliveryUrl !== undefined) ||
    event.capitalised !== (node.transcriptionKeys === 'capitalised')
  ) {
    broken(
      7,
      id,
      `${nameOf(event)} says otherwise than its node whether statuses are told, or how its transcript is written.`,
    );
  }
}

function checkTold(mirror: Mirror, { handoff }: State, event: EventOf<'user-message-received'>): void {
  const { to, seq } = event;
  if (to.kind !== 'live-agent' || handoff === null) return;
  if (to.previousSeq !== handoff.previousSeq) {
    broken(
      6,
      mirror.id,
      `message ${seq} names ${to.previousSeq} as the one that its desk was told before; it is ${handoff.previousSeq}.`,
    );
  }
  const respondBy = respondByOf(handoff, event.at);
  if (to.respondBy !== respondBy) {
    broken(9, mirror.id, `message ${seq} must be answered by ${instantOf(respondBy)}, not ${instantOf(to.respondBy)}.`);
  }
}

function checkTaken(mirror: Mirror, state: State, event: EventOf<'input-taken'>): void {
  const name = `${nameOf(event)} at node ${event.node}`;
  if (state.phase !== 'waiting' || state.waitsAt !== event.node)
    broken(6, mirror.id, `${name}: that node does not wait for input.`);
  const head = state.inputs[0] ?? null;
  if (event.messageSeq === head) return;
  const taken = event.messageSeq === null ? 'no message' : `message ${event.messageSeq}`;
  broken(
    6,
    mirror.id,
    `${name} took ${taken}, but ${head === null ? 'none was kept' : `message ${head} was its turn`}.`,
  );
}

/** What holds whenever a commit ends. */
export function checkRest(mirror: Mirror, state: State): void {
  if (state.phase === 'running')
    broken(6, mirror.id, `after event ${state.version} its flow stands still between two nodes.`);
  const { handoff } = state;
  if (handoff?.stage === 'connecting' && mirror.lanes.get(`h${handoff.epoch}`)?.calls[0]?.died === true) {
    broken(8, mirror.id, `the start call of handoff ${handoff.epoch} is dead, and the handoff did not take Failed.`);
  }
  if (state.phase !== 'waiting' || state.inputs.length === 0) return;
  broken(
    6,
    mirror.id,
    `node ${state.waitsAt} waits for input after event ${state.version}, while message ${state.inputs[0]} is kept and reached nobody.`,
  );
}

function checkReceipt(mirror: Mirror, state: State, event: EventOf<'messages-received' | 'messages-read'>): void {
  const [word, before] =
    event.kind === 'messages-read' ? (['read', state.readTo] as const) : (['received', state.receivedTo] as const);
  if (event.to <= before || event.to >= event.seq)
    broken(5, mirror.id, `${nameOf(event)} says ${word} up to ${event.to}, after ${before}.`);
  if (!mirror.words.receipts.has(`${word} ${event.to}`))
    broken(10, mirror.id, `${nameOf(event)}: the end user never said ${word} ${event.to}.`);
}

/** At most one delay is open, of the handoff that owns and is connected, and it is closed as it was opened. */
function checkDelay(mirror: Mirror, state: State, event: EventOf<'delivery-delayed' | 'delivery-resumed'>): void {
  const { handoff, delayed } = state;
  const tell = (sentence: string): never => broken(12, mirror.id, `${nameOf(event)}: ${sentence}`);
  if (handoff === null || handoff.epoch !== event.epoch)
    return tell(`handoff ${event.epoch} does not own the session.`);
  if (handoff.stage === 'connecting') tell(`handoff ${event.epoch} is not connected yet.`);
  if (event.queued !== (handoff.stage === 'queued')) tell(`whether handoff ${event.epoch} is queued is told wrongly.`);
  if (event.kind === 'delivery-resumed') {
    if (delayed === null) return tell('no delay was told.');
    if (event.since !== delayed.since)
      tell(`the delay was told since ${instantOf(delayed.since)}, not ${instantOf(event.since)}.`);
    return;
  }
  if (delayed !== null) tell('a delay was told already.');
  const { lane, seq, part } = event.call;
  const call = mirror.calls.get(`${mirror.id}-${lane}-${seq}-${part}`);
  if (call === undefined || lane !== `h${event.epoch}`) return tell('it names no call of that handoff.');
  if (call.event.at !== event.since)
    tell(`the call is owed since ${instantOf(call.event.at)}, not ${instantOf(event.since)}.`);
}
