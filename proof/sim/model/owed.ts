import type { SessionEvent } from '../../../src/core/events.ts';
import { urlOf } from '../../../src/core/flow/nodes.ts';
import { routingNode } from './handovers.ts';
import { nameOf } from './owners.ts';
import type { State } from './state.ts';
import {
  broken,
  callName,
  instantOf,
  type Lane,
  type Mirror,
  type OwedCall,
  type StatusOf,
  type World,
} from './world.ts';

export const dayMs = 24 * 3_600_000;

/** Notes what an event makes us owe, or does to what is owed. @param state before the event. */
export function owe(world: World, mirror: Mirror, state: State, event: SessionEvent): void {
  switch (event.kind) {
    case 'handoff-requested':
      add(mirror, event, {
        lane: `h${event.epoch}`,
        kind: 'start',
        url: routingNode(mirror, event.node).startConnectionUrl,
        tryUntil: event.connectBy,
      });
      return;
    case 'user-message-received':
      if (event.to.kind !== 'live-agent' || state.handoff === null) return;
      add(mirror, event, {
        lane: `h${event.to.epoch}`,
        kind: 'inbound',
        url: routingNode(mirror, state.handoff.node).inboundTransferUrl,
      });
      return;
    case 'handoff-ended': {
      if (event.outcome === 'failed') cancel(mirror, event.epoch);
      const url = routingNode(mirror, event.node).endedUrl;
      if (url !== undefined) add(mirror, event, { lane: `h${event.epoch}`, kind: 'ended', url });
      return;
    }
    case 'skill-requested': {
      const { node, dueAt: tryUntil } = event;
      add(mirror, event, { lane: `a${event.seq}`, kind: 'ask', url: urlOf(mirror.flow?.nodes[node]), tryUntil });
      return;
    }
    case 'skill-failed':
      return giveUp(mirror, event.request);
    case 'session-ended':
      // What nobody waits for may still be asked, and need not be.
      for (const request of [state.asking?.request ?? null, ...state.requests]) giveUp(mirror, request);
      return oweStatuses(mirror, state, event);
    case 'delivery-died':
    case 'delivery-replayed':
    case 'delivery-skipped':
      return settle(world, mirror, event);
    default:
      oweStatuses(mirror, state, event);
  }
}

type Owing = Readonly<{
  lane: string;
  kind: OwedCall['kind'];
  url: string;
  part?: number;
  tryUntil?: number;
  status?: StatusOf;
}>;

function add(
  mirror: Mirror,
  event: SessionEvent,
  { lane: name, kind, url, part = 0, tryUntil = event.at + dayMs, status }: Owing,
): void {
  const lane = mirror.lanes.get(name) ?? newLane(mirror, name);
  const call: OwedCall = {
    id: `${mirror.id}-${name}-${event.seq}-${part}`,
    ...{ kind, url, event, tryUntil, status: status ?? null, place: lane.calls.length, body: null },
    ...{ arrived: false, taken: false, refused: false, died: false, isDead: false },
    ...{ skipped: false, cancelled: false, replayed: false },
  };
  lane.calls.push(call);
  mirror.calls.set(call.id, call);
}

function newLane(mirror: Mirror, name: string): Lane {
  const lane: Lane = { name, calls: [], settledTo: 0, inFlight: new Map() };
  mirror.lanes.set(name, lane);
  return lane;
}

/** Nobody waits for the answer any more. */
function giveUp({ lanes }: Mirror, request: number | null): void {
  for (const call of lanes.get(`a${request}`)?.calls ?? []) call.cancelled = true;
}

/** After *Failed* the desk is told no more of what reached nobody. */
function cancel({ lanes }: Mirror, epoch: number): void {
  for (const call of lanes.get(`h${epoch}`)?.calls ?? []) {
    if ((!call.died || call.replayed) && !call.skipped) call.cancelled = true;
  }
}

/** Forward only, each once: *submitted* with the message, the others as the receipts and the end say. */
function oweStatuses(mirror: Mirror, state: State, event: SessionEvent): void {
  let part = 0;
  const tell = (node: string, messageId: string, status: StatusOf['status']): void => {
    const url = routingNode(mirror, node).statusDeliveryUrl;
    if (url !== undefined) add(mirror, event, { lane: 's', kind: 'status', url, part, status: { messageId, status } });
    part += 1;
  };
  if (event.kind === 'live-agent-message-sent' && state.handoff?.reportsStatus === true) {
    tell(state.handoff.node, event.messageId, 'submitted');
  }
  if (event.kind === 'session-ended') {
    for (const { node, messageId } of state.unread) tell(node, messageId, 'undeliverable');
  }
  if (event.kind !== 'messages-received' && event.kind !== 'messages-read') return;
  for (const { seq, node, messageId, delivered } of state.unread) {
    if (seq > event.to) continue;
    if (!delivered) tell(node, messageId, 'delivered');
    if (event.kind === 'messages-read') tell(node, messageId, 'read');
  }
}

type Settling = Extract<SessionEvent, { kind: 'delivery-died' | 'delivery-replayed' | 'delivery-skipped' }>;

function settle({ clocks, lastNow }: World, mirror: Mirror, event: Settling): void {
  const { lane, seq, part } = event.call;
  const id = `${mirror.id}-${lane}-${seq}-${part}`;
  const call = mirror.calls.get(id);
  if (call === undefined)
    return broken(2, mirror.id, `${nameOf(event)} is about call ${lane}-${seq}-${part}, which nothing owes.`);
  const tell = (sentence: string): never => broken(2, mirror.id, `${nameOf(event)}: ${callName(call)} ${sentence}`);
  switch (event.kind) {
    case 'delivery-died':
      if (event.callKind !== call.kind) tell(`is no ${event.callKind} call.`);
      if (!call.refused && event.at < call.tryUntil) {
        tell(`was given up, but its desk had not refused it for good, and it had until ${instantOf(call.tryUntil)}.`);
      }
      call.died = true;
      call.isDead = true;
      return;
    case 'delivery-replayed':
      if (!mirror.managed.has(`replay ${id}`)) tell('was replayed, and nobody had asked for it.');
      if (!call.died) tell('was replayed, and was not dead.');
      call.replayed = true;
      call.isDead = false;
      call.refused = false;
      // Where the clock was set back, the event bears a later instant than the replay had.
      call.tryUntil = Math.min(event.at, clocks.now() ?? event.at, lastNow) + dayMs;
      return;
    case 'delivery-skipped':
      if (!mirror.managed.has(`skip ${id}`)) tell('was left out, and nobody had asked for it.');
      call.skipped = true;
  }
}
