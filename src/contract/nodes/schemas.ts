import Type, { type TSchema } from 'typebox';
import { comparisonOperators } from '../../core/flow/conditions.ts';
import { ParameterName, ParameterValue } from '../conversation.ts';
import { OptionalText } from '../text.ts';

export const strict = { additionalProperties: false };

export const NodeId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' });
const Target = Type.Union([NodeId, Type.Null()], { description: "A node's id; null, like leaving it out, is open." });
export const Url = Type.Refine(
  Type.String({ maxLength: 2048 }),
  isEndpoint,
  () => 'Give a http or https URL without credentials.',
);
const Seconds = Type.Number({ minimum: 1, maximum: 72_000 });

function isEndpoint(value: unknown): boolean {
  if (typeof value !== 'string') return true;
  // Other spellings of an address are read differently by different readers.
  if (!/^https?:\/\/[^\s/\\]/i.test(value)) return false;
  const url = URL.parse(value);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return false;
  return url.username === '' && url.password === '' && url.hash === '';
}

export const outputs = (...names: readonly string[]) =>
  Type.Object(Object.fromEntries(names.map((name) => [name, Type.Optional(Target)])));

export const SendMessage = Type.Object(
  { type: Type.Literal('send-message'), text: OptionalText, outputs: outputs('default') },
  strict,
);

/** What nodes that ask the end user have in common. */
const asking = {
  prompt: Type.Optional(OptionalText),
  retryPrompt: Type.Optional(
    Type.Union([OptionalText, Type.Array(OptionalText, { minItems: 1, maxItems: 20 })], {
      description: 'Said after a miss instead of the prompt; of several the first after the first miss.',
    }),
  ),
  retries: Type.Optional(Type.Integer({ minimum: 0, maximum: 20 })),
};

export const CollectInput = Type.Object(
  {
    type: Type.Literal('collect-input'),
    parameter: ParameterName,
    ...asking,
    entity: Type.Optional(
      Type.String({ maxLength: 64, description: '`@sys.number` and its like, or one of the flow’s own.' }),
    ),
    skipWhenFilled: Type.Optional(Type.Boolean()),
    outputs: outputs('default', 'missed'),
  },
  strict,
);

export const Comparison = Type.Object(
  {
    parameter: ParameterName,
    operator: Type.Enum([...comparisonOperators]),
    value: Type.Optional(ParameterValue),
    ignoreCase: Type.Optional(Type.Boolean()),
  },
  strict,
);

const Group = Type.Array(Type.Unknown(), { minItems: 1, maxItems: 50 });
export const AllGroup = Type.Object({ all: Group }, strict);
export const AnyGroup = Type.Object({ any: Group }, strict);

export const RuleSchema = Type.Union([Comparison, AllGroup, AnyGroup], {
  description: 'A comparison, or {"all": [rules]} or {"any": [rules]}, nested at most four deep.',
});

export const conditionsWith = <When extends TSchema>(when: When) =>
  Type.Object(
    {
      type: Type.Literal('conditions'),
      conditions: Type.Array(Type.Object({ output: NodeId, when }, strict), { minItems: 1, maxItems: 50 }),
      outputs: Type.Record(Type.String(), Target),
    },
    strict,
  );

export const SetParameter = Type.Object(
  {
    type: Type.Literal('set-parameter'),
    parameter: ParameterName,
    operation: Type.Optional(Type.Enum(['set', 'append', 'clear'])),
    value: Type.Optional(ParameterValue),
    outputs: outputs('default'),
  },
  strict,
);

export const LiveAgentRouting = Type.Object(
  {
    type: Type.Literal('live-agent-routing'),
    startConnectionUrl: Url,
    inboundTransferUrl: Url,
    statusDeliveryUrl: Type.Optional(Url),
    endedUrl: Type.Optional(Url),
    transferParameters: Type.Optional(Type.Array(Type.String(), { maxItems: 200 })),
    responseWaitingTime: Type.Optional(Type.Number({ description: 'Hours, 1 to 20; 6.94, the default, is 25 000 s.' })),
    firstResponseWithin: Type.Optional(Seconds),
    eachResponseWithin: Type.Optional(Seconds),
    connectWithin: Type.Optional(Type.Number({ minimum: 1, maximum: 3600, description: 'Seconds; 30 by default.' })),
    saveChat: Type.Optional(Type.Boolean()),
    transcriptionKeys: Type.Optional(Type.Enum(['documented', 'capitalised'])),
    outputs: outputs('default', 'failed', 'noResponse', 'userLeft'),
  },
  strict,
);

const Intents = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { minItems: 1, maxItems: 100 });
const Score = Type.Number({ minimum: 0, maximum: 1 });

export const Classification = Type.Object(
  {
    type: Type.Literal('classification'),
    intents: Intents,
    ...asking,
    text: Type.Optional(OptionalText),
    minScore: Type.Optional(Score),
    parameter: Type.Optional(ParameterName),
    outputs: Type.Record(Type.String(), Target, { description: 'An intent’s name, or `missed`.' }),
  },
  strict,
);

export const ContextSwitch = Type.Object(
  {
    type: Type.Literal('context-switch'),
    intents: Intents,
    minScore: Type.Optional(Score),
    returns: Type.Optional(Type.Boolean()),
    outputs: outputs('default'),
  },
  strict,
);

export const SubFlow = Type.Object(
  { type: Type.Literal('sub-flow'), start: NodeId, outputs: outputs('default') },
  strict,
);

export const Counter = Type.Object(
  {
    type: Type.Literal('counter'),
    parameter: ParameterName,
    limit: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    outputs: outputs('default', 'reached'),
  },
  strict,
);

export const ResetCounter = Type.Object(
  { type: Type.Literal('reset-counter'), parameter: ParameterName, outputs: outputs('default') },
  strict,
);

export const EndConversation = Type.Object({ type: Type.Literal('end-conversation') }, strict);
