import Type, { type Static } from 'typebox';
import type { EventOf, LiveAgent, SessionEvent } from '../core/events.ts';
import type { Owner } from '../core/session.ts';
import { Assignments } from './conversation.ts';
import { shape } from './shape.ts';
import { instant, Text } from './text.ts';

/** The subprotocol of the end user's socket; the token follows it as a second entry. */
export const subprotocol = 'baton.v1';

/** Close codes of the socket (contract 2.3). */
export const closeCodes = {
  ...{ token: 4401, notFound: 4404, slow: 4408, ended: 4410 },
  ...{ restart: 1012, later: 1013, idle: 1008 },
} as const;

/** Ids are compared and stored as they are, so they must be characters that survive storing. */
const Id = Type.Refine(
  Type.String({ minLength: 1, maxLength: 128 }),
  (id) => typeof id !== 'string' || (id.isWellFormed() && !id.includes('\u0000')),
  () => 'The id holds U+0000 or half of a surrogate pair; use visible characters.',
);

const Seq = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

export const ClientFrame = Type.Union([
  Type.Object({ type: Type.Literal('message'), id: Id, text: Text }),
  Type.Object({ type: Type.Literal('parameters'), parameters: Assignments }),
  Type.Object({ type: Type.Literal('received'), seq: Seq }),
  Type.Object({ type: Type.Literal('read'), seq: Seq }),
  Type.Object({ type: Type.Literal('typing') }),
  Type.Object({ type: Type.Literal('ping') }),
  Type.Object({ type: Type.Literal('end') }),
]);

export type ClientFrame = Static<typeof ClientFrame>;

const members = Object.fromEntries(
  ClientFrame.anyOf.map((member) => [member.properties.type.const, shape(member)]),
) as unknown as Readonly<Record<string, { read: ReturnType<typeof shape<typeof ClientFrame>>['read'] }>>;

/** Reads one frame of the end user; the faults speak of the frame's own kind only. */
export function readClientFrame(frame: unknown): ReturnType<(typeof members)[string]['read']> {
  const type = typeof frame === 'object' && frame !== null && 'type' in frame ? frame.type : undefined;
  const member = typeof type === 'string' && Object.hasOwn(members, type) ? members[type] : undefined;
  if (member !== undefined) return member.read(frame);
  const known = Object.keys(members).join(', ');
  return { ok: false, faults: [{ path: 'type', message: `This kind of frame is unknown; send one of ${known}.` }] };
}

export type SessionFrame = Readonly<{
  type: 'session';
  seq: number;
  status: 'AWAITING_INPUT' | 'ENDED';
  owner: Owner;
  handoff?: Readonly<{
    epoch: number;
    state: 'connecting' | 'connected' | 'ended';
    queued?: boolean;
    place?: number;
    /** Since when the desk has not received what the end user writes; null when it receives again. */
    delayedSince?: string | null;
  }>;
  liveAgent?: LiveAgent;
  reason?: string;
}>;

export type MessageFrame = Readonly<{
  type: 'message';
  seq: number;
  from: 'virtual_agent' | 'live_agent' | 'user';
  id?: string;
  text: string;
  liveAgent?: Omit<LiveAgent, 'id'>;
  at: string;
}>;

export type ServerFrame =
  | MessageFrame
  | SessionFrame
  | Readonly<{ type: 'accepted'; id: string; seq: number }>
  | Readonly<{ type: 'typing' }>
  | Readonly<{ type: 'pong' }>
  | Readonly<{ type: 'error'; code: string; message: string; id?: string; retryAfter?: number }>;

/** The frame that tells the end user of an event, or null when it is not for them. */
export function frameOf(event: SessionEvent): MessageFrame | SessionFrame | null {
  const { seq } = event;
  // Most events of a flow have no frame: their instants are not written out.
  switch (event.kind) {
    case 'virtual-agent-message-sent':
      return { type: 'message', seq, from: 'virtual_agent', text: event.text, at: instant(event.at) };
    case 'live-agent-message-sent': {
      const { liveAgent } = event;
      const shown = liveAgent === undefined ? {} : { liveAgent: withoutId(liveAgent) };
      return { type: 'message', seq, from: 'live_agent', text: event.text, ...shown, at: instant(event.at) };
    }
    case 'user-message-received': {
      const id = event.clientId === undefined ? {} : { id: event.clientId };
      return { type: 'message', seq, from: 'user', ...id, text: event.text, at: instant(event.at) };
    }
    default:
      return sessionFrameOf(event);
  }
}

function sessionFrameOf(event: SessionEvent): SessionFrame | null {
  const frame = { type: 'session', seq: event.seq, status: 'AWAITING_INPUT' } as const;
  switch (event.kind) {
    case 'session-started':
      return { ...frame, owner: 'virtual_agent' };
    case 'handoff-requested':
      return { ...frame, owner: 'live_agent', handoff: { epoch: event.epoch, state: 'connecting' } };
    case 'handoff-connected':
      return { ...frame, owner: 'live_agent', handoff: connectedState(event) };
    case 'handoff-assigned':
      return { ...frame, owner: 'live_agent', handoff: { epoch: event.epoch, state: 'connected' } };
    case 'delivery-delayed':
      return { ...frame, owner: 'live_agent', handoff: delayedState(event, instant(event.since)) };
    case 'delivery-resumed':
      return { ...frame, owner: 'live_agent', handoff: delayedState(event, null) };
    case 'handoff-ended':
      return {
        ...frame,
        owner: 'virtual_agent',
        handoff: { epoch: event.epoch, state: 'ended' },
        reason: event.outcome,
      };
    case 'handoff-unavailable':
      return { ...frame, owner: 'virtual_agent', reason: 'failed' };
    case 'session-ended':
      return { ...frame, status: 'ENDED', owner: 'nobody', reason: event.reason };
    default:
      return null;
  }
}

function connectedState(event: EventOf<'handoff-connected'>): NonNullable<SessionFrame['handoff']> {
  const place = event.place === undefined ? {} : { place: event.place };
  return { epoch: event.epoch, state: 'connected', ...(event.queued ? { queued: true, ...place } : {}) };
}

function delayedState(
  { epoch, queued }: EventOf<'delivery-delayed' | 'delivery-resumed'>,
  delayedSince: string | null,
): NonNullable<SessionFrame['handoff']> {
  return { epoch, state: 'connected', ...(queued ? { queued } : {}), delayedSince };
}

/** The end user sees who answers, not the desk's id of them. */
function withoutId(liveAgent: LiveAgent): Omit<LiveAgent, 'id'> {
  const { name, team } = liveAgent;
  return { ...(name === undefined ? {} : { name }), ...(team === undefined ? {} : { team }) };
}
