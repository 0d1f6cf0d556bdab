import Type, { type Static } from 'typebox';
import type { LiveAgent } from '../core/events.ts';
import { type Reading, shape } from './shape.ts';
import { SessionId, Text } from './text.ts';

const Epoch = Type.Integer({
  minimum: 1,
  description: 'The handoff that this counts for; without it, the current one.',
});

export const LiveAgentRef = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 128 }),
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
  team: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
});

/** Of what a desk says about its live agent only this is kept: fields that nobody knows may be of any size and depth. */
export function knownLiveAgent(said: LiveAgent | undefined): LiveAgent | undefined {
  if (said === undefined) return undefined;
  const { id, name, team } = said;
  return { id, ...(name === undefined ? {} : { name }), ...(team === undefined ? {} : { team }) };
}

const ours = { epoch: Type.Optional(Epoch), liveAgent: Type.Optional(LiveAgentRef) };

export const OutboundText = Type.Object(
  { message_type: Type.Optional(Type.Literal('text')), text: Text, ...ours },
  { description: 'A text of the live agent. Media is for channels that carry it; the web channel refuses it.' },
);

export const OutboundAnswer = Type.Object({ message_uuid: Type.String() });

export const DisconnectRequest = Type.Object({
  epoch: ours.epoch,
  outcome: Type.Optional(Type.String({ maxLength: 256, description: 'What the desk calls the result.' })),
  tags: Type.Optional(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 20 })),
});

export const AssignRequest = Type.Object(ours);

export const TypingRequest = Type.Object({ epoch: ours.epoch });

export const SessionOwner = Type.Object({
  session_id: SessionId,
  owner: Type.Union([Type.Literal('virtual_agent'), Type.Literal('live_agent'), Type.Literal('nobody')]),
});

export const AssignAnswer = Type.Object({
  ...SessionOwner.properties,
  respondBy: Type.Optional(
    Type.String({ description: 'By when the live agent must answer, ISO 8601: the shorter clocks start only now.' }),
  ),
});

/** What of the answer to a start call is ours: connected, but nobody assigned yet. */
const QueuedAnswer = Type.Object({
  state: Type.Literal('queued'),
  place: Type.Optional(Type.Integer({ minimum: 0 })),
});

const queuedAnswer = shape(QueuedAnswer);
export const disconnectRequest = shape(DisconnectRequest);
export const assignRequest = shape(AssignRequest);
export const typingRequest = shape(TypingRequest);
const outboundText = shape(OutboundText);

export const mediaTypes = ['image', 'audio', 'video', 'file'] as const;

type Outbound =
  | Readonly<{ kind: 'text'; value: Static<typeof OutboundText> }>
  | Readonly<{ kind: 'media'; mediaType: string }>
  | Readonly<{ kind: 'faulty'; faults: Extract<Reading<never>, { ok: false }>['faults'] }>;

/** Reads the body of outbound; media is recognised so that its refusal can say why. */
export function readOutbound(body: unknown): Outbound {
  const type = typeof body === 'object' && body !== null && 'message_type' in body ? body.message_type : undefined;
  if ((mediaTypes as readonly unknown[]).includes(type)) return { kind: 'media', mediaType: String(type) };
  const reading = outboundText.read(body);
  return reading.ok ? { kind: 'text', value: reading.value } : { kind: 'faulty', faults: reading.faults };
}

/** Reads the body of a 2xx of the start endpoint: anything but our own form means connected and assigned. */
export function readStartAnswer(body: string): Readonly<{ queued: boolean; place?: number }> {
  // Only our own form is an object; most desks answer otherwise, and a parser that throws is slow.
  if (!body.trimStart().startsWith('{')) return { queued: false };
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    // Connectors answer "OK", HTML or nothing at all: any 2xx connects, so a body that is no JSON says nothing.
    return { queued: false };
  }
  const reading = queuedAnswer.read(parsed);
  if (!reading.ok) return { queued: false };
  return { queued: true, ...(reading.value.place === undefined ? {} : { place: reading.value.place }) };
}
