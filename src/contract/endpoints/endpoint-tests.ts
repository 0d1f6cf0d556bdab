import Type, { type Static } from 'typebox';
import { Url } from '../nodes/schemas.ts';
import { shape } from '../shape.ts';
import { deskCallKinds } from './sample-calls.ts';

export const EndpointTestRequest = Type.Object(
  {
    endpoint: Type.Enum([...deskCallKinds]),
    url: Url,
    transcription_keys: Type.Optional(
      Type.Enum(['documented', 'capitalised'], { description: 'As the node has it; of start calls only.' }),
    ),
  },
  { additionalProperties: false },
);

export const EndpointTestAnswer = Type.Object({
  outcome: Type.Enum(['accepted', 'refused', 'unreachable'], {
    description: 'accepted: any 2xx. refused: another status. unreachable: no answer came.',
  }),
  status: Type.Union([Type.Integer(), Type.Null()]),
  took_ms: Type.Integer(),
  answer: Type.Union([
    Type.Object({
      content_type: Type.Union([Type.String(), Type.Null()]),
      excerpt: Type.Union([Type.String(), Type.Null()], {
        description: 'The beginning of the body on one line, 200 characters at most; secrets are left out as […].',
      }),
    }),
    Type.Null(),
  ]),
  message: Type.String({ description: 'What this means, and what to do.' }),
  request: Type.Object(
    {
      headers: Type.Record(Type.String(), Type.String()),
      body: Type.Record(Type.String(), Type.Unknown()),
    },
    { description: 'What was sent. No headers where nothing was.' },
  ),
});

export type EndpointTestAnswer = Static<typeof EndpointTestAnswer>;

export const endpointTestRequest = shape(EndpointTestRequest);
