import type { Flow } from '../../../src/core/flow/flow.ts';
import type { FlowNode } from '../../../src/core/flow/nodes.ts';
import { systemEntities } from '../../../src/core/understanding.ts';
import type { Chance } from '../../random.ts';
import { randomFlow } from './flows.ts';
import { maybe, pick } from './words.ts';

/*
 * A row of nodes as `randomFlow` makes it, with others put between them: what is put into a way leads on where the way
 * led, so that no loop comes of it that does not wait. Sub-flows have nodes of their own.
 */

type Node = readonly [id: string, node: FlowNode];
type Making = Readonly<{ chance: Chance; flow: Flow; made: Node[] }>;

const inserted = [
  ...['classification', 'counter', 'reset-counter', 'sub-flow'],
  ...['webhook', 'webhook', 'custom-code', 'generative-ai', 'external-bot', 'external-bot'],
] as const;

const intents = ['order', 'refund', 'human', '@sys.yes', '@sys.goodbye'];

/** One flow in so many is as plain as `randomFlow` makes it. */
const plainInOf = 4;

/** @param desks as those of `randomFlow`. */
export function livelyFlow(chance: Chance, desks: readonly string[]): Flow {
  const flow = randomFlow(chance, desks);
  const lively = chance.fork('lively');
  if (lively.happens(1 / plainInOf)) return flow;
  const making: Making = { chance: lively, flow, made: [] };
  const nodes = Object.entries(flow.nodes).map(([id, node]): Node => [id, detoured(making, varied(lively, node))]);
  if (lively.happens(0.4)) addSwitch(making);
  return {
    ...flow,
    ...maybe(lively, 0.3, () => ({ timeZone: 'Europe/Berlin' })),
    intents: intents.filter((name) => !name.startsWith('@')).map((name) => ({ name, examples: [name, `a ${name}`] })),
    entities: [
      { name: 'size', values: [{ value: 'small', synonyms: ['little'] }, { value: 'large' }] },
      { name: 'code', pattern: '[A-Z]{2}\\d+' },
    ],
    nodes: Object.fromEntries([...nodes, ...making.made]),
  };
}

function varied(chance: Chance, node: FlowNode): FlowNode {
  if (node.type !== 'collect-input') return node;
  return {
    ...node,
    ...maybe(chance, 0.4, () => ({ entity: pick(chance, [...systemEntities, 'size', 'code']) })),
    ...maybe(chance, 0.2, () => ({ retryPrompt: ['Once more.', 'Still not.'] })),
    ...maybe(chance, 0.03, () => ({ skipWhenFilled: true })),
  };
}

/** A node of whose ways some lead through another one first; loops that never wait stay as they are. */
function detoured(making: Making, node: FlowNode): FlowNode {
  if (node.type === 'end-conversation') return node;
  const outputs = Object.entries<string | null | undefined>(node.outputs).map(([name, target]) => {
    if (typeof target !== 'string' || target.startsWith('spin') || !making.chance.happens(0.5)) return [name, target];
    return [name, insert(making, target)];
  });
  return { ...node, outputs: Object.fromEntries(outputs) } as FlowNode;
}

const newId = ({ made }: Making, kind: string): string => `x${made.length}-${kind}`;

function insert(making: Making, target: string): string {
  const kind = pick(making.chance, inserted);
  const id = newId(making, kind);
  // The place is taken first, for a sub-flow brings nodes of its own.
  making.made.push([id, { type: 'end-conversation' }]);
  const at = making.made.length - 1;
  making.made[at] = [id, between(making, kind, target)];
  return id;
}

function between(making: Making, kind: (typeof inserted)[number], target: string): FlowNode {
  const { chance, flow } = making;
  const declared = (flow.parameters ?? []).map(({ name }) => name);
  const parameter = pick(chance, [...declared, 'LOOSE']);
  const failed = chance.happens(0.8) ? target : null;
  switch (kind) {
    case 'classification': {
      const some = intents.filter(() => chance.happens(0.6));
      const chosen = some.length === 0 ? intents.slice(0, 1) : some;
      const outputs = Object.fromEntries([...chosen, 'missed'].map((name) => [name, target]));
      const asks = maybe(chance, 0.7, () => ({ prompt: 'What do you want?', retries: chance.between(0, 2) }));
      const reads = maybe(chance, 0.2, () => ({ text: `$${parameter}` }));
      return {
        type: 'classification',
        intents: chosen,
        ...asks,
        ...reads,
        ...maybe(chance, 0.5, () => ({ parameter })),
        outputs,
      };
    }
    case 'counter':
      return { type: 'counter', parameter, limit: chance.between(1, 3), outputs: { default: target, reached: target } };
    case 'reset-counter':
      return { type: 'reset-counter', parameter, outputs: { default: target } };
    case 'sub-flow':
      return { type: 'sub-flow', start: body(making), outputs: { default: target } };
    case 'webhook':
      return {
        ...{ type: 'webhook', url: `https://api.sim/orders/$${parameter}`, outputs: { default: target, failed } },
        ...{ headers: { 'x-about': `$${parameter}` }, response: [{ path: 'a.b', parameter }] },
        ...maybe(chance, 0.5, () => ({ body: { kind: 'json', value: { a: `$${parameter}`, b: [1] } } }) as const),
        ...maybe(chance, 0.4, () => ({ asynchronous: true })),
      };
    case 'custom-code':
      return { type: 'custom-code', code: `parameters.${parameter} = 'x';`, outputs: { default: target, failed } };
    case 'generative-ai': {
      const more = { model: 'm', instructions: `You help $${parameter}.`, history: chance.between(0, 5) };
      return {
        type: 'generative-ai',
        url: 'https://model.sim/v1',
        ...more,
        outputs: { default: target, human: target, failed },
      };
    }
    case 'external-bot': {
      const told = maybe(chance, 0.5, () => ({ transferParameters: declared.filter(() => chance.happens(0.5)) }));
      return {
        type: 'external-bot',
        url: 'https://bot.sim/turn',
        ...told,
        outputs: { default: target, human: target, failed },
      };
    }
  }
}

/** One to three nodes that lead nowhere in the end. @returns the first. */
function body(making: Making): string {
  const { chance } = making;
  const ids = Array.from({ length: chance.between(1, 3) }, () => {
    const id = newId(making, 'part');
    making.made.push([id, { type: 'end-conversation' }]);
    return { id, at: making.made.length - 1 };
  });
  for (const [place, { id, at }] of ids.entries()) {
    const next = ids[place + 1]?.id ?? null;
    const part: FlowNode = chance.happens(0.5)
      ? { type: 'send-message', text: 'One thing first.', outputs: { default: next } }
      : { type: 'collect-input', parameter: 'LOOSE', prompt: 'Which?', outputs: { default: next, missed: next } };
    making.made[at] = [id, part];
  }
  return ids[0]?.id ?? '';
}

/** To a question or a live agent, or to some nodes after which the flow returns. */
function addSwitch(making: Making): void {
  const { chance, flow } = making;
  const waiting = Object.entries(flow.nodes).filter(
    ([, { type }]) => type === 'collect-input' || type === 'live-agent-routing',
  );
  const returns = chance.happens(0.5) || waiting.length === 0;
  const target = returns ? body(making) : pick(chance, waiting)[0];
  const some = { intents: pick(chance, [['human'], ['refund', '@sys.goodbye']]), minScore: pick(chance, [0.7, 0.9]) };
  making.made.push([
    newId(making, 'switch'),
    { type: 'context-switch', ...some, returns, outputs: { default: target } },
  ]);
}
