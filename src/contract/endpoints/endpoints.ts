import Type, { type Static } from 'typebox';
import { Instant } from '../text.ts';

const orNull = <Schema extends Type.TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

const Endpoint = Type.Object({
  url: Type.String({ description: 'As the flow has it; of a webhook before parameters are inserted.' }),
  kinds: Type.Array(Type.Enum(['start', 'inbound', 'status', 'ended', 'ask']), {
    description: 'ask: a question of a node.',
  }),
  owed: Type.Integer(),
  stuck: Type.Integer({ description: 'Of those that are owed, how many were tried in vain.' }),
  dead: Type.Integer({ description: 'Given up, and neither replayed nor skipped.' }),
  oldest_owed_since: orNull(Instant),
  last_failure: orNull(Type.String({ description: 'Of calls that are owed or dead.' })),
  since_start: orNull(
    Type.Object(
      {
        delivered: Type.Integer(),
        failed: Type.Integer({ description: 'Tries.' }),
        last_delivered_at: orNull(Instant),
        last_failed_at: orNull(Instant),
        typical_ms: orNull(Type.Integer({ description: 'The median of the last 20 that were taken.' })),
      },
      { description: 'What the server that answers has seen since it started; null when it called nobody here.' },
    ),
  ),
});

export const EndpointList = Type.Object({
  endpoints: Type.Array(Endpoint, { description: 'Those with most calls that were tried in vain or given up first.' }),
  truncated: Type.Boolean({ description: 'Whether there are more than these 200.' }),
});

export type Endpoint = Static<typeof Endpoint>;
