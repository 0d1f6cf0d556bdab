import Type from 'typebox';
import { type Json, webhookMethods } from '../../core/flow/asking.ts';
import { ParameterName } from '../conversation.ts';
import { outputs, strict, Url } from './schemas.ts';

const seconds = (maximum: number, usual: number) =>
  Type.Optional(Type.Number({ minimum: 0.1, maximum, description: `Seconds; ${usual} by default.` }));

const Credential = Type.String({
  pattern: '^[A-Z][A-Z0-9_]{0,63}$',
  description: 'Names a credential of the server, BATON_CREDENTIAL_<name>; sent as a bearer token to its origin only.',
});

const maxJsonDepth = 20;
const longestTemplate = 32_768;
const Template = Type.String({ maxLength: longestTemplate });
const token = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;
/** What the caller itself says. */
const ownHeaders =
  /^(host|content-length|transfer-encoding|connection|keep-alive|upgrade|expect|webhook-(id|timestamp|signature))$/i;

const Headers = Type.Refine(
  Type.Refine(
    Type.Record(Type.String(), Type.String({ maxLength: 4096, pattern: '^[^\\r\\n\\u0000]*$' }), {
      maxProperties: 50,
    }),
    (headers) => namesOf(headers).every((name) => token.test(name)),
    () => 'A header’s name has 1 to 100 letters, digits and signs such as -; remove what else it holds.',
  ),
  (headers) => !namesOf(headers).some((name) => ownHeaders.test(name)),
  () => 'Host, Content-Length, Webhook-… and those of the connection are set by the server; leave them out.',
);

const namesOf = (headers: unknown): readonly string[] =>
  typeof headers === 'object' && headers !== null ? Object.keys(headers) : [];

const Fields = Type.Record(Type.String({ minLength: 1, maxLength: 200 }), Template, { maxProperties: 100 });

const JsonValue = Type.Refine(
  Type.Unknown(),
  (value) => JSON.stringify(value ?? null).length <= longestTemplate && isShallow(value, maxJsonDepth),
  () => `Give JSON of at most ${longestTemplate} characters that nests at most ${maxJsonDepth} deep.`,
);

function isShallow(value: unknown, depth: number): value is Json {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((inner) => isShallow(inner, depth - 1));
}

const Body = Type.Union([
  Type.Object({ kind: Type.Literal('json'), value: JsonValue }, strict),
  Type.Object({ kind: Type.Literal('form'), fields: Fields }, strict),
  Type.Object(
    {
      kind: Type.Literal('text'),
      text: Template,
      contentType: Type.Optional(Type.String({ maxLength: 100, pattern: '^[^\\r\\n\\u0000]+$' })),
    },
    strict,
  ),
]);

export const Webhook = Type.Object(
  {
    type: Type.Literal('webhook'),
    method: Type.Optional(Type.Enum([...webhookMethods])),
    url: Url,
    headers: Type.Optional(Headers),
    query: Type.Optional(Fields),
    body: Type.Optional(Body),
    credential: Type.Optional(Credential),
    response: Type.Optional(
      Type.Array(Type.Object({ path: Type.String({ maxLength: 200 }), parameter: ParameterName }, strict), {
        maxItems: 100,
      }),
    ),
    timeout: seconds(30, 5),
    asynchronous: Type.Optional(Type.Boolean()),
    outputs: outputs('default', 'failed'),
  },
  strict,
);

export const CustomCode = Type.Object(
  {
    type: Type.Literal('custom-code'),
    code: Type.String({ minLength: 1, maxLength: 65_536 }),
    timeout: seconds(5, 1),
    outputs: outputs('default', 'failed'),
  },
  strict,
);

export const GenerativeAi = Type.Object(
  {
    type: Type.Literal('generative-ai'),
    url: Url,
    model: Type.String({ minLength: 1, maxLength: 200 }),
    credential: Type.Optional(Credential),
    instructions: Template,
    history: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
    parameter: Type.Optional(ParameterName),
    say: Type.Optional(Type.Boolean()),
    maxTokens: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
    temperature: Type.Optional(Type.Number({ minimum: 0, maximum: 2 })),
    timeout: seconds(60, 20),
    outputs: outputs('default', 'human', 'failed'),
  },
  strict,
);

export const ExternalBot = Type.Object(
  {
    type: Type.Literal('external-bot'),
    url: Url,
    credential: Type.Optional(Credential),
    transferParameters: Type.Optional(Type.Array(Type.String(), { maxItems: 200 })),
    timeout: seconds(30, 10),
    outputs: outputs('default', 'human', 'failed'),
  },
  strict,
);
