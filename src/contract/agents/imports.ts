import Type from 'typebox';
import { count } from '../manage.ts';
import { shape } from '../shape.ts';
import { Text } from '../text.ts';
import { DraftSaved } from './agents.ts';

/** The types of a file that holds a virtual agent. What it is shows in it; programs name the type as they know it. */
export const importFile = {
  types: ['application/zip', 'application/x-zip-compressed', 'application/octet-stream', 'application/json'],
  most: 10_000_000,
} as const;

export const ImportQuery = Type.Object({
  revision: Type.Optional(
    count(1, 2_147_483_647, 'The revision of the draft that it replaces; otherwise 409. Left out: there is none yet.'),
  ),
});

/** Our own JSON; what is wrong with the definition in it is told, not refused. */
export const ImportRequest = Type.Union(
  [
    Type.Object({ nodes: Type.Record(Type.String(), Type.Unknown()) }),
    Type.Object({ definition: Type.Object({ nodes: Type.Record(Type.String(), Type.Unknown()) }) }),
  ],
  { description: 'A definition, or an answer that holds one.' },
);

const Note = Type.Object({
  kind: Type.Enum(['taken', 'changed', 'left-out']),
  where: Type.String({ description: 'The part, as its author knows it.' }),
  message: Type.String({ description: 'What became of it, and why.' }),
});

export const ImportAnswer = Type.Intersect([
  DraftSaved,
  Type.Object({
    report: Type.Object(
      {
        taken: Type.Integer(),
        changed: Type.Integer(),
        left_out: Type.Integer(),
        notes: Type.Array(Note),
      },
      { description: 'What became of the parts of an export of AI Studio; our own JSON is taken as it is.' },
    ),
  }),
]);

export const TryRequest = Type.Object(
  {
    text: Text,
    intents: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
        maxItems: 100,
        description: 'Those that compete, as in a classification; all that are declared when left out.',
      }),
    ),
    entity: Type.Optional(Type.String({ maxLength: 64, description: 'As in a collect-input node.' })),
    draft: Type.Optional(Type.Boolean({ description: 'Of the draft, not of the published version.' })),
  },
  { additionalProperties: false },
);

export const TryAnswer = Type.Object({
  intents: Type.Array(Type.Object({ intent: Type.String(), score: Type.Number({ description: '0 to 1.' }) }), {
    description: 'The best first; none that has nothing in common with the text.',
  }),
  min_score: Type.Number({ description: 'What an intent must score where a node does not say otherwise.' }),
  value: Type.Union([Type.String(), Type.Null()], {
    description: 'What the entity finds in the text; null when it finds nothing, or none was asked for.',
  }),
});

export const importQuery = shape(ImportQuery);
export const tryRequest = shape(TryRequest);
