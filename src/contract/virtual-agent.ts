import Type, { type Static, type TSchema } from 'typebox';
import { comparisonOperators } from '../core/flow/conditions.ts';
import type { Flow, FlowNode } from '../core/flow/flow.ts';
import type { ParameterDeclaration } from '../core/flow/parameters.ts';
import { ParameterName, ParameterValue } from './conversation.ts';
import { type Fault, type Reading, shape } from './shape.ts';
import { OptionalText } from './text.ts';

const strict = { additionalProperties: false };

const NodeId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' });
const Target = Type.Union([NodeId, Type.Null()], { description: "A node's id; null, like leaving it out, is open." });
const Url = Type.Refine(
  Type.String({ maxLength: 2048 }),
  isEndpoint,
  () => 'Give a http or https URL without credentials.',
);
const Seconds = Type.Number({ minimum: 1, maximum: 72_000 });

function isEndpoint(value: unknown): boolean {
  if (typeof value !== 'string') return true;
  const url = URL.parse(value);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return false;
  return url.username === '' && url.password === '' && url.hash === '';
}

const outputs = (...names: readonly string[]) =>
  Type.Object(Object.fromEntries(names.map((name) => [name, Type.Optional(Target)])));

const SendMessage = Type.Object(
  { type: Type.Literal('send-message'), text: OptionalText, outputs: outputs('default') },
  strict,
);

const CollectInput = Type.Object(
  {
    type: Type.Literal('collect-input'),
    parameter: ParameterName,
    prompt: Type.Optional(OptionalText),
    retryPrompt: Type.Optional(OptionalText),
    retries: Type.Optional(Type.Integer({ minimum: 0, maximum: 20 })),
    outputs: outputs('default', 'missed'),
  },
  strict,
);

const Comparison = Type.Object(
  {
    parameter: ParameterName,
    operator: Type.Enum([...comparisonOperators]),
    value: Type.Optional(ParameterValue),
    ignoreCase: Type.Optional(Type.Boolean()),
  },
  strict,
);

/** Groups of rules nest as deep as a person could follow. */
const maxRuleDepth = 4;

const Group = Type.Array(Type.Unknown(), { minItems: 1, maxItems: 50 });
const AllGroup = Type.Object({ all: Group }, strict);
const AnyGroup = Type.Object({ any: Group }, strict);

const RuleSchema = Type.Union([Comparison, AllGroup, AnyGroup], {
  description: 'A comparison, or {"all": [rules]} or {"any": [rules]}, nested at most four deep.',
});

const conditionsWith = <When extends TSchema>(when: When) =>
  Type.Object(
    {
      type: Type.Literal('conditions'),
      conditions: Type.Array(Type.Object({ output: NodeId, when }, strict), { minItems: 1, maxItems: 50 }),
      outputs: Type.Record(Type.String(), Target),
    },
    strict,
  );

const SetParameter = Type.Object(
  {
    type: Type.Literal('set-parameter'),
    parameter: ParameterName,
    operation: Type.Optional(Type.Enum(['set', 'append', 'clear'])),
    value: Type.Optional(ParameterValue),
    outputs: outputs('default'),
  },
  strict,
);

const LiveAgentRouting = Type.Object(
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

const EndConversation = Type.Object({ type: Type.Literal('end-conversation') }, strict);

const nodeSchemas = {
  'send-message': SendMessage,
  'collect-input': CollectInput,
  conditions: conditionsWith(RuleSchema),
  'set-parameter': SetParameter,
  'live-agent-routing': LiveAgentRouting,
  'end-conversation': EndConversation,
};

const Declaration = Type.Object(
  {
    name: ParameterName,
    kind: Type.Enum(['custom', 'user']),
    multi: Type.Optional(Type.Boolean()),
    value: Type.Optional(ParameterValue),
  },
  strict,
);

/** The whole definition, for the OpenAPI document; it is read in parts, so that each fault has its own path. */
export const VirtualAgentDefinition = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    region: Type.Optional(Type.Enum(['eu', 'us'])),
    allowedOrigins: Type.Optional(Type.Array(Type.String({ maxLength: 300 }), { maxItems: 100 })),
    webChat: Type.Optional(
      Type.Boolean({ description: 'Whether anybody may chat with it at /chat/{agent_id}, without a key.' }),
    ),
    parameters: Type.Optional(Type.Array(Declaration, { maxItems: 500 })),
    start: NodeId,
    nodes: Type.Record(NodeId, Type.Union(Object.values(nodeSchemas))),
  },
  strict,
);

/** What the schema describes; TypeBox cannot express the nested rules, so the type is the core's. */
export type VirtualAgentDefinition = Flow;

const outer = shape(
  Type.Object({ ...VirtualAgentDefinition.properties, nodes: Type.Record(Type.String(), Type.Unknown()) }, strict),
);
/** Rules are read by hand, so that each fault names its place in the nested groups. */
const conditions = shape(conditionsWith(Type.Unknown()));
const nodeShapes: Readonly<Record<string, Readonly<{ read: (value: unknown) => Reading<unknown> }>>> = {
  ...Object.fromEntries(Object.entries(nodeSchemas).map(([type, schema]) => [type, shape<TSchema>(schema)])),
  conditions,
};
const nodeId = /^[A-Za-z0-9_-]{1,64}$/;

/** A definition as it was read. `flow` is the whole when there are no faults, otherwise what is sound of it. */
export type VirtualAgentReading = Readonly<{ faults: readonly Fault[]; flow: Flow }>;

/**
 * Reads a virtual agent: the shape only; what it means is `checkFlow`'s to judge. Every fault has its path. Of a faulty
 * one the sound parts are given too, so that their meaning can be judged in the same breath.
 */
export function readVirtualAgent(body: unknown): VirtualAgentReading {
  const reading = outer.read(body);
  const faults: Fault[] = reading.ok ? [] : [...reading.faults];
  const sound: Record<string, FlowNode> = {};
  for (const [id, node] of nodesIn(body)) {
    const path = `nodes.${id}`;
    if (!nodeId.test(id)) faults.push({ path, message: "A node's id has 1 to 64 of A-Z, a-z, 0-9, _ and -." });
    const found = nodeFaults(node);
    faults.push(...found.map((fault) => within(path, fault)));
    // The place of a faulty node is kept, for others may lead there.
    define(sound, id, found.length === 0 ? (node as FlowNode) : { type: 'end-conversation' });
  }
  // The parts together check every field of Flow; TypeBox cannot express the nested rules, hence the assertion.
  return faults.length === 0 ? { faults, flow: body as Flow } : { faults, flow: soundFlow(body, sound) };
}

/** A property of its own even when it is called `__proto__`. */
function define(nodes: Record<string, FlowNode>, id: string, node: FlowNode): void {
  Object.defineProperty(nodes, id, { value: node, enumerable: true });
}

const isNamed = (value: unknown): value is { name: string; multi?: unknown } =>
  typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string';

const soundDeclaration = ({ name, multi }: { name: string; multi?: unknown }): ParameterDeclaration => ({
  name,
  kind: 'custom',
  multi: multi === true,
});

function soundFlow(body: unknown, nodes: Flow['nodes']): Flow {
  const { start, parameters } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  // A parameter that is declared wrongly is declared all the same.
  const declared = (Array.isArray(parameters) ? parameters : []).filter(isNamed).map(soundDeclaration);
  return { name: '', start: typeof start === 'string' ? start : '', parameters: declared, nodes };
}

function nodesIn(body: unknown): readonly (readonly [string, unknown])[] {
  if (typeof body !== 'object' || body === null || !('nodes' in body)) return [];
  const { nodes } = body;
  return typeof nodes === 'object' && nodes !== null && !Array.isArray(nodes) ? Object.entries(nodes) : [];
}

function nodeFaults(node: unknown): readonly Fault[] {
  const type = typeof node === 'object' && node !== null && 'type' in node ? node.type : undefined;
  const known = typeof type === 'string' && Object.hasOwn(nodeShapes, type) ? nodeShapes[type] : undefined;
  if (known === undefined) {
    const message = `There is no such kind of node; use one of ${Object.keys(nodeShapes).join(', ')}.`;
    return [{ path: 'type', message }];
  }
  const reading = known.read(node);
  if (!reading.ok) return reading.faults;
  if (type !== 'conditions') return [];
  const { conditions: read } = reading.value as Static<typeof conditions.schema>;
  return read.flatMap(({ when }, index) =>
    ruleFaults(when, 1).map((fault) => within(`conditions.${index}.when`, fault)),
  );
}

const comparison = shape(Comparison);
const groups = { all: shape(AllGroup), any: shape(AnyGroup) };

function ruleFaults(value: unknown, depth: number): readonly Fault[] {
  if (depth > maxRuleDepth) return [{ path: '', message: `Groups nest at most ${maxRuleDepth} deep; simplify.` }];
  const isObject = typeof value === 'object' && value !== null;
  const kind = isObject && 'all' in value ? 'all' : isObject && 'any' in value ? 'any' : null;
  const reading = kind === null ? comparison.read(value) : groups[kind].read(value);
  if (!reading.ok) return reading.faults;
  const inner = (reading.value as { all?: readonly unknown[]; any?: readonly unknown[] })[kind ?? 'all'] ?? [];
  return inner.flatMap((rule, index) => ruleFaults(rule, depth + 1).map((fault) => within(`${kind}.${index}`, fault)));
}

const within = (path: string, fault: Fault): Fault => ({
  path: fault.path === '' ? path : `${path}.${fault.path}`,
  message: fault.message,
});
