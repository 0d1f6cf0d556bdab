import type { ServerFrame } from '../../../src/contract/frames.ts';
import type { SessionEvent } from '../../../src/core/events.ts';
import { instantOf } from './world.ts';

/** What the frame of an event must say to the end user; null where the event is not for them. */
export function told(event: SessionEvent): Readonly<Record<string, unknown>> | null {
  switch (event.kind) {
    case 'virtual-agent-message-sent':
      return message(event, { from: 'virtual_agent', text: event.text });
    case 'live-agent-message-sent': {
      const { name, team } = event.liveAgent ?? {};
      return message(event, { from: 'live_agent', text: event.text, liveAgent: event.liveAgent && { name, team } });
    }
    case 'user-message-received':
      return message(event, { from: 'user', text: event.text, id: event.clientId });
    case 'session-started':
      return state(event, 'virtual_agent');
    case 'handoff-requested':
      return state(event, 'live_agent', { epoch: event.epoch, state: 'connecting' });
    case 'handoff-connected': {
      const queued = event.queued ? { queued: true, place: event.place } : {};
      return state(event, 'live_agent', { epoch: event.epoch, state: 'connected', ...queued });
    }
    case 'handoff-assigned':
      return state(event, 'live_agent', { epoch: event.epoch, state: 'connected' });
    case 'delivery-delayed':
    case 'delivery-resumed': {
      const delayedSince = event.kind === 'delivery-delayed' ? instantOf(event.since) : null;
      const queued = event.queued || undefined;
      return state(event, 'live_agent', { epoch: event.epoch, state: 'connected', queued, delayedSince });
    }
    case 'handoff-ended':
      return { ...state(event, 'virtual_agent', { epoch: event.epoch, state: 'ended' }), reason: event.outcome };
    case 'handoff-unavailable':
      return { ...state(event, 'virtual_agent'), reason: 'failed' };
    case 'session-ended':
      return { ...state(event, 'nobody'), status: 'ENDED', reason: event.reason };
    default:
      return null;
  }
}

const message = ({ seq, at }: SessionEvent, said: object): Readonly<Record<string, unknown>> => ({
  ...{ type: 'message', seq, at: instantOf(at) },
  ...said,
});

const state = ({ seq }: SessionEvent, owner: string, handoff?: object): Readonly<Record<string, unknown>> => ({
  ...{ type: 'session', seq, status: 'AWAITING_INPUT', owner, handoff },
});

const forTheEndUser: ReadonlySet<SessionEvent['kind']> = new Set([
  'virtual-agent-message-sent',
  'live-agent-message-sent',
  'user-message-received',
  'session-started',
  'handoff-requested',
  'handoff-connected',
  'handoff-assigned',
  'handoff-ended',
  'handoff-unavailable',
  'delivery-delayed',
  'delivery-resumed',
  'session-ended',
] as const);

export const isForTheEndUser = ({ kind }: SessionEvent): boolean => forTheEndUser.has(kind);

/** The frames that tell of an event. */
export type EventFrame = Extract<ServerFrame, { type: 'message' | 'session' }>;
