import Type from 'typebox';
import { Page } from '../manage.ts';
import { scopes } from '../route.ts';
import { shape } from '../shape.ts';
import { Instant } from '../text.ts';

const label = {
  pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]*$',
  description: 'What the key is for, without control characters, for it is shown in terminals.',
};

const nullable = <Schema extends Type.TSchema>(schema: Schema, description: string) =>
  Type.Union([schema, Type.Null()], { description });

const Scopes = Type.Array(Type.Enum([...scopes]), { minItems: 1, uniqueItems: true });
const RequestsPerSecond = Type.Integer({ minimum: 1, maximum: 1_000_000 });

export const KeyRequest = Type.Object(
  {
    label: Type.String({ minLength: 1, maxLength: 100, ...label }),
    scopes: Scopes,
    requests_per_second: Type.Optional(
      nullable(RequestsPerSecond, 'Two seconds of it may come at once. None: no limit.'),
    ),
    expires_at: Type.Optional(nullable(Instant, 'The key opens nothing from then on. None: it has no end.')),
  },
  { additionalProperties: false },
);

export const RotateRequest = Type.Object(
  {
    overlap_hours: Type.Optional(
      Type.Number({ minimum: 0, maximum: 24 * 30, description: 'How long the old key goes on; 24 by default.' }),
    ),
  },
  { additionalProperties: false },
);

export const Key = Type.Object({
  id: Type.String(),
  prefix: nullable(Type.String(), 'Its first characters, to recognise it by.'),
  label: Type.String(),
  scopes: Type.Array(Type.String()),
  requests_per_second: nullable(Type.Integer(), 'Null for no limit.'),
  state: Type.Enum(['valid', 'expired', 'revoked']),
  created_at: Instant,
  expires_at: nullable(Instant, 'From when on it opens nothing; null for no end.'),
  revoked_at: nullable(Instant, 'When it was revoked.'),
  last_used_at: nullable(Instant, 'The last call that it opened, to the minute.'),
  successor: nullable(Type.String(), 'The id of the key that a rotation put in its place.'),
});

export const KeyList = Type.Object({ keys: Type.Array(Key) });

export const NewKeyAnswer = Type.Intersect([
  Type.Object({ key: Type.String({ description: 'Shown only now.' }) }),
  Key,
]);

export const AuditQuery = Type.Object({
  after: Type.Optional(Type.String({ description: 'The id of the last entry of the page before.' })),
  limit: Page.limit,
});

export const AuditList = Type.Object({
  entries: Type.Array(
    Type.Object({
      id: Type.String(),
      at: Instant,
      actor: Type.String({
        description: "A key's label, a person's e-mail, BATON_KEY, built-in desk, command line, or unknown.",
      }),
      key_id: nullable(Type.String(), "The actor's key, where it is a stored one."),
      address: nullable(Type.String(), 'Where the call came from; null for the command line.'),
      operation: Type.String(),
      target: Type.String(),
      status: nullable(Type.Integer(), 'Null: it was begun, and the process did not live to write the outcome.'),
      code: nullable(Type.String(), 'The code of its error.'),
    }),
  ),
  next_after: nullable(Type.String(), 'Pass it as `after`; null at the end.'),
});

export const keyRequest = shape(KeyRequest);
export const rotateRequest = shape(RotateRequest);
export const auditQuery = shape(AuditQuery);
