import { comparisonOperators, type Rule } from '../../../src/core/flow/conditions.ts';
import type { Flow, FlowNode, LiveAgentRoutingNode } from '../../../src/core/flow/flow.ts';
import type { ParameterDeclaration } from '../../../src/core/flow/parameters.ts';
import type { Chance } from '../../random.ts';

const pick = <Item>(chance: Chance, items: readonly Item[]): Item =>
  items[Math.floor(chance.next() * items.length)] as Item;

const declared: readonly ParameterDeclaration[] = [
  { name: 'ISSUE', kind: 'custom' },
  { name: 'LANG', kind: 'custom', value: 'en' },
  { name: 'tier', kind: 'user' },
  { name: 'ITEMS', kind: 'custom', multi: true },
  { name: 'MANY', kind: 'custom', multi: true, value: ['7', 'red'] },
];

const singles = ['ISSUE', 'LANG', 'tier'] as const;
const multis = ['ITEMS', 'MANY'] as const;

const texts = [
  ...['Hi.', 'What is it?', 'One moment.', 'Thank you, $ISSUE.', 'You said $ITEMS; $UNKNOWN costs 5 $$.', ''],
  ...['Your number is $SESSION_ID.', '$INITIAL_MESSAGE'],
];

const longText = 'long '.repeat(800);

type Kind = FlowNode['type'];

/** Where a node's outputs may lead. */
type Ways = Readonly<{ on: () => string | null; anywhere: () => string | null }>;

/**
 * A flow by chance, sound by construction: what does not wait leads on to later nodes only, so that a turn ends; a question
 * leads anywhere. A live agent is near the start. Now and then there is an endless loop, for that may be published too.
 */
export function randomFlow(chance: Chance, desks: readonly string[]): Flow {
  const kinds = kindsOf(chance);
  const asking = kinds.flatMap((kind, index) => (kind === 'collect-input' ? [index] : []));
  const idOf = (index: number): string => `n${index}`;
  const nodes = kinds.map((kind, index): readonly [string, FlowNode] => {
    const later = (steps: number): string | null => (index + steps < kinds.length ? idOf(index + steps) : null);
    const on = (): string | null => (chance.happens(0.03) ? null : later(chance.happens(0.85) ? 1 : 2));
    // Back only to where the end user is asked, or a live agent would be sought for ever.
    const back = kind === 'live-agent-routing' ? asking : kinds.keys().toArray();
    const anywhere = (): string | null => (chance.happens(0.45) && back.length > 0 ? idOf(pick(chance, back)) : on());
    return [idOf(index), nodeOf(kind, chance, desks, { on, anywhere })];
  });
  const flow: Flow = {
    ...{ name: 'Random', start: idOf(0), parameters: declared, nodes: Object.fromEntries(nodes) },
    ...(chance.happens(0.7) ? { webChat: true } : {}),
  };
  return chance.happens(0.025) ? withLoop(flow) : flow;
}

function kindsOf(chance: Chance): readonly Kind[] {
  const some = (most: number, kinds: readonly Kind[]): Kind[] =>
    Array.from({ length: chance.between(0, most) }, () => pick(chance, kinds));
  const quick: readonly Kind[] = ['send-message', 'set-parameter', 'conditions'];
  const any: readonly Kind[] = [...quick, 'send-message', 'collect-input', 'collect-input', 'live-agent-routing'];
  return [
    ...some(2, [...quick, 'collect-input']),
    ...(chance.happens(0.6) ? (['collect-input'] as const) : []),
    'live-agent-routing',
    ...some(5, any),
    ...(chance.happens(0.7) ? (['end-conversation'] as const) : []),
  ];
}

function nodeOf(kind: Kind, chance: Chance, desks: readonly string[], { on, anywhere }: Ways): FlowNode {
  switch (kind) {
    case 'send-message':
      return { type: kind, text: textOf(chance), outputs: { default: on() } };
    case 'collect-input':
      return {
        ...{ type: kind, parameter: pick(chance, [...singles, ...multis]), prompt: textOf(chance) },
        ...(chance.happens(0.4) ? { retryPrompt: textOf(chance) } : {}),
        ...(chance.happens(0.5) ? { retries: chance.between(0, 3) } : {}),
        outputs: { default: anywhere(), ...(chance.happens(0.7) ? { missed: anywhere() } : {}) },
      };
    case 'conditions':
      return conditions(chance, on);
    case 'set-parameter':
      return setParameter(chance, on);
    case 'live-agent-routing':
      return routing(chance, pick(chance, desks), anywhere);
    case 'end-conversation':
      return { type: kind };
  }
}

const textOf = (chance: Chance): string => (chance.happens(0.01) ? longText : pick(chance, texts));

function conditions(chance: Chance, on: () => string | null): FlowNode {
  const names = ['yes', 'no'].slice(0, chance.between(1, 2));
  return {
    type: 'conditions',
    conditions: names.map((output) => ({ output, when: rule(chance, 0) })),
    outputs: Object.fromEntries(['default', ...names].map((name) => [name, on()])),
  };
}

function rule(chance: Chance, depth: number): Rule {
  if (depth < 2 && chance.happens(0.3)) {
    const inner = [rule(chance, depth + 1), rule(chance, depth + 1)];
    return chance.happens(0.5) ? { all: inner } : { any: inner };
  }
  const operator = pick(chance, comparisonOperators);
  const base = { parameter: pick(chance, [...singles, ...multis]), operator } as const;
  if (operator === 'is-empty' || operator === 'is-not-empty') return base;
  const value =
    operator === 'in' || operator === 'not-in' ? ['7', 'red', '$LANG'] : pick(chance, ['7', 'red', 'e', '$ISSUE']);
  return { ...base, value, ...(chance.happens(0.3) ? { ignoreCase: true } : {}) };
}

function setParameter(chance: Chance, on: () => string | null): FlowNode {
  const base = { type: 'set-parameter', outputs: { default: on() } } as const;
  const value = pick(chance, ['7', 'red', 'so $ISSUE it is', '$ITEMS']);
  if (chance.happens(0.5)) return { ...base, parameter: pick(chance, singles), operation: 'set', value };
  const parameter = pick(chance, multis);
  const operation = pick(chance, ['set', 'append', 'clear'] as const);
  if (operation === 'clear') return { ...base, parameter, operation };
  return { ...base, parameter, operation, value: chance.happens(0.5) ? [value, '1'] : value };
}

function routing(chance: Chance, desk: string, anywhere: () => string | null): LiveAgentRoutingNode {
  const maybe = <Part extends object>(share: number, part: Part): Part | object => (chance.happens(share) ? part : {});
  return {
    type: 'live-agent-routing',
    ...{ startConnectionUrl: `${desk}/start`, inboundTransferUrl: `${desk}/inbound` },
    ...maybe(0.7, { statusDeliveryUrl: `${desk}/status` }),
    ...maybe(0.8, { endedUrl: `${desk}/ended` }),
    ...maybe(0.6, { transferParameters: ['ISSUE', 'tier', 'ITEMS'] }),
    ...maybe(0.5, { responseWaitingTime: pick(chance, [1, 1.5, 6.94, 20]) }),
    ...maybe(0.4, { firstResponseWithin: pick(chance, [5, 60, 900]) }),
    ...maybe(0.4, { eachResponseWithin: pick(chance, [5, 60, 900]) }),
    ...maybe(0.4, { connectWithin: pick(chance, [5, 10, 60, 120]) }),
    ...maybe(0.2, { saveChat: false }),
    ...maybe(0.2, { transcriptionKeys: 'capitalised' as const }),
    outputs: {
      default: anywhere(),
      ...maybe(0.85, { failed: anywhere() }),
      ...maybe(0.8, { noResponse: anywhere() }),
      ...maybe(0.4, { userLeft: anywhere() }),
    },
  };
}

/** The start leads into a loop in which nothing waits. */
function withLoop(flow: Flow): Flow {
  const round: FlowNode = { type: 'send-message', text: 'Again.', outputs: { default: 'round' } };
  const first: FlowNode = {
    type: 'collect-input',
    parameter: 'ISSUE',
    outputs: { default: 'round', missed: flow.start },
  };
  return { ...flow, start: 'first', nodes: { ...flow.nodes, round, first } };
}
