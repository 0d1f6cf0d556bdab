import Type, { type Static } from 'typebox';
import { shape } from './shape.ts';
import { SessionId } from './text.ts';

/*
 * The calls of contract 3.1 to 3.5 as a desk reads them: the fields that it needs, and whatever else may come.
 */

const Named = Type.Object({ name: Type.String(), value: Type.String() });
/** Numbers are kept and compared, so they must be exact. */
const count = (minimum: number) => Type.Integer({ minimum, maximum: Number.MAX_SAFE_INTEGER });
/** An instant that can be read; what is wrong is refused here, not where it is used. */
const ReadableInstant = Type.Refine(
  Type.String(),
  (text) => typeof text !== 'string' || !Number.isNaN(Date.parse(text)),
  () => 'This is no instant; write it as 2026-05-03T07:56:26.958Z.',
);

export const StartCall = Type.Object({
  sessionId: SessionId,
  agentId: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }),
  history: Type.Object({
    transcription: Type.Array(Type.Record(Type.String(), Type.String())),
    parameters: Type.Array(Named),
  }),
  handoff: Type.Object({
    epoch: count(1),
    lastSeq: count(0),
    respondBy: ReadableInstant,
  }),
});

const Media = Type.Optional(Type.Object({ caption: Type.Optional(Type.String()) }));

export const InboundCall = Type.Object({
  sessionId: SessionId,
  epoch: count(1),
  messageId: Type.String({ minLength: 1, maxLength: 200 }),
  seq: count(1),
  previousSeq: count(0),
  timestamp: ReadableInstant,
  respondBy: ReadableInstant,
  type: Type.String(),
  text: Type.Optional(Type.String()),
  image: Media,
  video: Media,
  audio: Media,
  file: Media,
});

export const StatusCall = Type.Object({
  sessionId: SessionId,
  message_uuid: Type.String({ minLength: 1, maxLength: 200 }),
  timestamp: ReadableInstant,
  status: Type.Enum(['submitted', 'delivered', 'read', 'rejected', 'undeliverable']),
});

export const EndedCall = Type.Object({
  sessionId: SessionId,
  epoch: count(1),
  reason: Type.String({ minLength: 1, maxLength: 100 }),
});

export type StartCall = Static<typeof StartCall>;
export type InboundCall = Static<typeof InboundCall>;
export type StatusCall = Static<typeof StatusCall>;
export type EndedCall = Static<typeof EndedCall>;

export const startCall = shape(StartCall);
export const inboundCall = shape(InboundCall);
export const statusCall = shape(StatusCall);
export const endedCall = shape(EndedCall);
