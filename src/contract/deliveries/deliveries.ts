import Type from 'typebox';
import { Page } from '../manage.ts';
import { shape } from '../shape.ts';
import { Instant, SessionId } from '../text.ts';

export const deliveryStates = ['owed', 'stuck', 'delivered', 'dead', 'skipped'] as const;

export const DeliveriesQuery = Type.Object({
  state: Type.Optional(Type.Enum([...deliveryStates], { description: 'stuck: owed, and tried in vain.' })),
  session: Type.Optional(
    Type.String({ description: 'A UUID, version 7. Needed for delivered and skipped: there are too many of them.' }),
  ),
  url: Type.Optional(
    Type.String({
      maxLength: 2048,
      description:
        'Exactly as the flow has it. With owed, stuck or dead, or with a session: of others there are too many.',
    }),
  ),
  after: Type.Optional(Type.String({ description: 'The id of the last delivery of the page before.' })),
  limit: Page.limit,
});

export const Delivery = Type.Object({
  id: Type.String({ description: 'The same as the webhook-id of its calls.' }),
  session_id: SessionId,
  lane: Type.String(),
  kind: Type.Enum(['start', 'inbound', 'status', 'ended', 'ask'], { description: 'ask: a question of a node.' }),
  seq: Type.Integer({ description: 'The event that owes it.' }),
  url: Type.String(),
  state: Type.Enum(['owed', 'delivered', 'dead', 'skipped']),
  attempts: Type.Integer({ description: 'How many were made since it became owed, or was replayed.' }),
  owed_since: Instant,
  next_attempt_at: Type.Union([Instant, Type.Null()]),
  last_failure: Type.Union([Type.String(), Type.Null()]),
});

export const DeliveryAttempt = Type.Object({
  number: Type.Integer({ description: 'Counts on after a replay.' }),
  at: Instant,
  outcome: Type.Enum(['failed', 'delivered']),
  status: Type.Union([Type.Integer(), Type.Null()], { description: "Of a failed attempt's answer; null without one." }),
  cause: Type.Union([Type.String(), Type.Null()]),
  excerpt: Type.Union([Type.String(), Type.Null()], {
    description:
      'The beginning of the answer, 200 characters at most, on one line; what was said, values of parameters and secrets are left out as […].',
  }),
  withheld: Type.Optional(Type.Literal(true, { description: 'The excerpt may not be kept (saveChat).' })),
});

export const DeliveryDetail = Type.Intersect([
  Delivery,
  Type.Object({
    attempt_log: Type.Array(DeliveryAttempt, {
      description: 'The first 5 and the last 20 attempts that failed, and the one that was taken.',
    }),
  }),
]);

export const DeliveryList = Type.Object({
  deliveries: Type.Array(Delivery),
  next_after: Type.Union([Type.String(), Type.Null()]),
});

export const deliveriesQuery = shape(DeliveriesQuery);
