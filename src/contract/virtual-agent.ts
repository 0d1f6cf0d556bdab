import Type, { type Static, type TSchema } from 'typebox';
import type { Flow } from '../core/flow/flow.ts';
import type { FlowNode } from '../core/flow/nodes.ts';
import type { ParameterDeclaration } from '../core/flow/parameters.ts';
import { ParameterName, ParameterValue } from './conversation.ts';
import { CustomCode, ExternalBot, GenerativeAi, Webhook } from './nodes/asking-schemas.ts';
import { ruleFaults } from './nodes/rules.ts';
import {
  Classification,
  CollectInput,
  ContextSwitch,
  Counter,
  conditionsWith,
  EndConversation,
  LiveAgentRouting,
  NodeId,
  ResetCounter,
  RuleSchema,
  SendMessage,
  SetParameter,
  SubFlow,
  strict,
} from './nodes/schemas.ts';
import { type Fault, type Reading, shape, within } from './shape.ts';

const nodeSchemas = {
  'send-message': SendMessage,
  'collect-input': CollectInput,
  classification: Classification,
  'context-switch': ContextSwitch,
  conditions: conditionsWith(RuleSchema),
  'set-parameter': SetParameter,
  counter: Counter,
  'reset-counter': ResetCounter,
  'sub-flow': SubFlow,
  webhook: Webhook,
  'custom-code': CustomCode,
  'generative-ai': GenerativeAi,
  'external-bot': ExternalBot,
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

const Intent = Type.Object(
  {
    name: Type.String({ pattern: '^(@sys\\.)?[A-Za-z0-9_-]{1,64}$' }),
    examples: Type.Array(Type.String({ minLength: 1, maxLength: 500 }), { maxItems: 500 }),
  },
  strict,
);

const Synonyms = Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 100 });

const Entity = Type.Object(
  {
    name: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }),
    values: Type.Optional(
      Type.Array(
        Type.Object(
          { value: Type.String({ minLength: 1, maxLength: 200 }), synonyms: Type.Optional(Synonyms) },
          strict,
        ),
        { minItems: 1, maxItems: 1000 },
      ),
    ),
    pattern: Type.Optional(
      Type.String({ minLength: 1, maxLength: 500, description: 'RE2; the whole answer matches.' }),
    ),
  },
  strict,
);

const Coordinate = Type.Integer({ minimum: -1_000_000, maximum: 1_000_000 });

const Layout = Type.Record(Type.String(), Type.Object({ x: Coordinate, y: Coordinate }, strict), {
  description:
    'Where a canvas draws nodes, by their ids. It changes nothing else, and may name nodes that are not there.',
});

/** The whole definition, for the OpenAPI document; it is read in parts, so that each fault has its own path. */
export const VirtualAgentDefinition = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    region: Type.Optional(Type.Enum(['eu', 'us'])),
    allowedOrigins: Type.Optional(Type.Array(Type.String({ maxLength: 300 }), { maxItems: 100 })),
    webChat: Type.Optional(
      Type.Boolean({ description: 'Whether anybody may chat with it at /chat/{agent_id}, without a key.' }),
    ),
    timeZone: Type.Optional(
      Type.String({ maxLength: 64, description: 'An IANA name, for dates and times that people say; UTC by default.' }),
    ),
    parameters: Type.Optional(Type.Array(Declaration, { maxItems: 500 })),
    intents: Type.Optional(Type.Array(Intent, { maxItems: 500 })),
    entities: Type.Optional(Type.Array(Entity, { maxItems: 500 })),
    start: NodeId,
    nodes: Type.Record(NodeId, Type.Union(Object.values(nodeSchemas))),
    layout: Type.Optional(Layout),
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

const named = (list: unknown) => (Array.isArray(list) ? list : []).filter(isNamed);

function soundFlow(body: unknown, nodes: Flow['nodes']): Flow {
  const { start, parameters, intents, entities } = (typeof body === 'object' && body !== null ? body : {}) as Record<
    string,
    unknown
  >;
  // A parameter that is declared wrongly is declared all the same.
  const declared = named(parameters).map(soundDeclaration);
  const known = {
    intents: named(intents).map(({ name }) => ({ name, examples: [] })),
    entities: named(entities).map(({ name }) => ({ name, values: [] })),
  };
  return { name: '', start: typeof start === 'string' ? start : '', parameters: declared, ...known, nodes };
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
