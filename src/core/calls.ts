import type { Call, CallChange, StatusChange } from './commands.ts';
import type { CallKey, SessionEvent } from './events.ts';
import { type Flow, nodeOf } from './flow/flow.ts';
import { type LiveAgentRoutingNode, urlOf } from './flow/nodes.ts';
import { deliveryWindowMs } from './schedule.ts';
import type { Session } from './session.ts';

/** The lane of a handoff's start, inbound and ended calls. */
export const laneOf = (epoch: number): string => `h${epoch}`;

/** The lane of a session's status calls. */
export const statusLane = 's';

/** The lane of one node's question: none waits for another. */
export const askLaneOf = (request: number): string => `a${request}`;

export const callOfAsk = (request: number): CallKey => ({ lane: askLaneOf(request), seq: request, part: 0 });

/** The request that a lane is for; null of a lane of desks' calls. */
export const requestOf = (lane: string): number | null => (lane.startsWith('a') ? Number(lane.slice(1)) : null);

/** The calls that an event makes us owe, given the session before it. */
export function callsOf(flow: Flow, before: Session, event: SessionEvent): readonly Call[] {
  const tryUntil = event.kind === 'handoff-requested' ? event.connectBy : event.at + deliveryWindowMs;
  const laneCall = (kind: 'start' | 'inbound' | 'ended', epoch: number, url: string | undefined): readonly Call[] =>
    url === undefined ? [] : [{ kind, lane: laneOf(epoch), seq: event.seq, part: 0, url, owedAt: event.at, tryUntil }];
  switch (event.kind) {
    case 'handoff-requested':
      return laneCall('start', event.epoch, routingNode(flow, event.node)?.startConnectionUrl);
    case 'user-message-received': {
      if (event.to.kind !== 'live-agent' || before.phase.kind !== 'handoff') return [];
      return laneCall('inbound', event.to.epoch, routingNode(flow, before.phase.handoff.node)?.inboundTransferUrl);
    }
    case 'handoff-ended':
      return laneCall('ended', event.epoch, routingNode(flow, event.node)?.endedUrl);
    case 'skill-requested': {
      const { seq, at: owedAt, dueAt: tryUntil } = event;
      return [
        { kind: 'ask', lane: askLaneOf(seq), seq, part: 0, url: urlOf(nodeOf(flow, event.node)), owedAt, tryUntil },
      ];
    }
    default:
      return statusCalls(flow, before, event);
  }
}

/**
 * What an event does to calls owed earlier: after *Failed* nobody is told what reached nobody, and what
 * a session that has ended waited for is asked no more.
 */
export function changesOf(before: Session, event: SessionEvent): readonly CallChange[] {
  if (event.kind === 'session-ended' && before.phase.kind === 'asking') {
    return [{ kind: 'settle', call: callOfAsk(before.phase.request), state: 'skipped' }];
  }
  const failed = event.kind === 'handoff-ended' && event.outcome === 'failed';
  return failed ? [{ kind: 'cancel', lane: laneOf(event.epoch) }] : [];
}

function routingNode(flow: Flow, id: string): LiveAgentRoutingNode | undefined {
  const node = nodeOf(flow, id);
  return node?.type === 'live-agent-routing' ? node : undefined;
}

type NodeStatus = StatusChange & { readonly node: string };

function statusCalls(flow: Flow, before: Session, event: SessionEvent): readonly Call[] {
  return statusesOf(before, event).flatMap(({ node, messageId, status }, part) => {
    const url = routingNode(flow, node)?.statusDeliveryUrl;
    if (url === undefined) return [];
    const owed = { owedAt: event.at, tryUntil: event.at + deliveryWindowMs };
    return [{ kind: 'status', lane: statusLane, seq: event.seq, part, url, ...owed, status: { messageId, status } }];
  });
}

/** Contract 3.4 on the web channel: forward only, each at most once, in the order of the messages. */
function statusesOf(before: Session, event: SessionEvent): readonly NodeStatus[] {
  switch (event.kind) {
    case 'live-agent-message-sent': {
      if (before.phase.kind !== 'handoff' || !before.phase.handoff.reportsStatus) return [];
      return [{ node: before.phase.handoff.node, messageId: event.messageId, status: 'submitted' }];
    }
    case 'messages-received':
    case 'messages-read':
      return before.unread
        .filter((message) => message.seq <= event.to)
        .flatMap(({ node, messageId, delivered }): readonly NodeStatus[] => [
          ...(delivered ? [] : [{ node, messageId, status: 'delivered' } as const]),
          ...(event.kind === 'messages-read' ? [{ node, messageId, status: 'read' } as const] : []),
        ]);
    case 'session-ended':
      return before.unread.map(({ node, messageId }) => ({ node, messageId, status: 'undeliverable' }));
    default:
      return [];
  }
}
