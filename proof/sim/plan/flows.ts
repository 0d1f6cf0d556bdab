import type { Flow } from '../../../src/core/flow/flow.ts';
import type {
  CollectInputNode,
  ConditionsNode,
  FlowNode,
  LiveAgentRoutingNode,
  SendMessageNode,
  SetParameterNode,
} from '../../../src/core/flow/nodes.ts';
import type { ParameterDeclaration } from '../../../src/core/flow/parameters.ts';
import type { Chance } from '../../random.ts';
import { randomRule } from './rules.ts';
import { maybe, pick, randomText, type Words, wordsOf } from './words.ts';

/*
 * A flow is a row of nodes that lead ahead: an opening that reaches its first live agent within three inputs, then
 * stretches that reach further ones. A question leads anywhere, for there a turn has waited. A live agent leads back to
 * a question only: a desk that is down, silent, or hands back at once would be called without end otherwise.
 */

/** The kinds of a plain flow; others are put between them. */
type Kind =
  | 'send-message'
  | 'collect-input'
  | 'conditions'
  | 'set-parameter'
  | 'live-agent-routing'
  | 'end-conversation';
type Step = Readonly<{ id: string; kind: Kind }>;
type Row = Readonly<{ chance: Chance; words: Words; desks: readonly string[]; steps: readonly Step[]; first: number }>;

const idOf: Readonly<Record<Kind, string>> = {
  'send-message': 'tell',
  'collect-input': 'ask',
  conditions: 'choose',
  'set-parameter': 'set',
  'live-agent-routing': 'human',
  'end-conversation': 'bye',
};

/** What may stand between questions and live agents. */
const fillers: readonly Kind[] = ['send-message', 'send-message', 'set-parameter', 'conditions'];

/** One flow in so many has a loop that never waits. */
export const endlessInOf = 40;

/** @param desks base URLs; a handoff goes to one of them, at `/start`, `/inbound`, `/status` and `/ended`. */
export function randomFlow(chance: Chance, desks: readonly string[]): Flow {
  const kinds = randomKinds(chance);
  const steps = kinds.map((kind, index) => ({ id: `${idOf[kind]}${index}`, kind }));
  const row: Row = { chance, words: wordsOf(chance), desks, steps, first: kinds.indexOf('live-agent-routing') };
  const made = steps.map(({ id, kind }, index): readonly [string, FlowNode] => [id, randomNode(row, kind, index)]);
  const start = steps[0]?.id ?? '';
  const { declared } = row.words;
  const nodes = reachable(start, Object.fromEntries(chance.happens(1 / endlessInOf) ? withLoop(row, made) : made));
  return {
    name: `Random ${chance.between(1, 999_999)}`,
    ...maybe(chance, 1 / 3, () => ({ region: pick(chance, ['eu', 'us'] as const) })),
    ...maybe(chance, 2 / 3, () => ({ webChat: true })),
    parameters: declared,
    start,
    nodes,
  };
}

function randomKinds(chance: Chance): readonly Kind[] {
  const between = (most: number, from: readonly Kind[]): readonly Kind[] =>
    Array.from({ length: chance.between(0, most) }, () => pick(chance, from));
  const opening = between(3, ['collect-input']).flatMap((question) => [...between(1, fillers), question]);
  const kinds: Kind[] = [...opening, ...between(2, fillers), 'live-agent-routing'];
  for (let more = pick(chance, [0, 1, 1, 2, 2, 3]); more > 0; more -= 1) {
    kinds.push(...between(2, fillers));
    if (chance.happens(0.7)) kinds.push('collect-input');
    kinds.push(...between(1, fillers), 'live-agent-routing');
  }
  kinds.push(...between(2, fillers));
  if (chance.happens(0.7)) kinds.push('collect-input', ...between(2, fillers));
  if (chance.happens(0.6)) kinds.push('end-conversation');
  return kinds;
}

function randomNode(row: Row, kind: Kind, index: number): FlowNode {
  switch (kind) {
    case 'send-message':
      return randomMessage(row, index);
    case 'collect-input':
      return randomQuestion(row, index);
    case 'conditions':
      return randomConditions(row, index);
    case 'set-parameter':
      return randomSetting(row, index);
    case 'live-agent-routing':
      return randomRouting(row, index);
    case 'end-conversation':
      return { type: 'end-conversation' };
  }
}

type Target = string | null | undefined;

/** An output that leads nowhere is left out or null. */
const open = (chance: Chance): Target => (chance.happens(0.5) ? null : undefined);

/** Mostly the next node, else one soon after; the opening leads to its live agent. */
function ahead({ chance, steps, first }: Row, index: number): Target {
  const last = index < first ? first : steps.length - 1;
  if (index >= last || chance.happens(index < first ? 0.01 : 0.04)) return open(chance);
  return steps[chance.happens(0.75) ? index + 1 : chance.between(index + 1, Math.min(index + 4, last))]?.id;
}

const back = ({ chance, steps }: Row, index: number): Target => steps[chance.between(0, index)]?.id;

/** A question that was asked before, or what is ahead. */
function askAgain(row: Row, index: number): Target {
  const questions = row.steps.slice(0, index + 1).filter(({ kind }) => kind === 'collect-input');
  return questions.length === 0 ? ahead(row, index) : pick(row.chance, questions).id;
}

/** Outputs by name; those without a target are left out. */
const outputs = <Name extends string>(targets: Readonly<Record<Name, Target>>): { [name in Name]?: string | null } =>
  Object.fromEntries(Object.entries<Target>(targets).filter(([, target]) => target !== undefined)) as {
    [name in Name]?: string | null;
  };

function randomMessage(row: Row, index: number): SendMessageNode {
  const text = randomText(row.chance, row.words);
  return { type: 'send-message', text, outputs: outputs({ default: ahead(row, index) }) };
}

function randomQuestion(row: Row, index: number): CollectInputNode {
  const { chance, words, first } = row;
  const isBack = index > first && chance.happens(0.25);
  return {
    type: 'collect-input',
    parameter: chance.happens(0.1) ? words.undeclared : pick(chance, words.declared).name,
    ...maybe(chance, 0.7, () => ({ prompt: chance.happens(0.15) ? '' : randomText(chance, words) })),
    ...maybe(chance, 0.3, () => ({ retryPrompt: chance.happens(0.15) ? '' : randomText(chance, words) })),
    ...maybe(chance, 0.5, () => ({ retries: chance.between(0, 3) })),
    outputs: outputs({
      default: isBack ? back(row, index) : ahead(row, index),
      missed: chance.happens(0.2) ? open(chance) : chance.happens(0.3) ? askAgain(row, index) : ahead(row, index),
    }),
  };
}

function randomConditions(row: Row, index: number): ConditionsNode {
  const { chance, words } = row;
  const conditions = Array.from({ length: chance.between(1, 3) }, (_, place) => ({
    // Two conditions may share an output, also the one that is taken when none holds.
    output: chance.happens(0.1) ? 'default' : `is${chance.happens(0.1) ? 0 : place}`,
    when: randomRule(chance, words),
  }));
  const names = ['default', ...conditions.map(({ output }) => output)];
  const targets = outputs(Object.fromEntries(names.map((name) => [name, ahead(row, index)])));
  return { type: 'conditions', conditions, outputs: targets as ConditionsNode['outputs'] };
}

function randomSetting(row: Row, index: number): SetParameterNode {
  const { chance, words } = row;
  const target: ParameterDeclaration = chance.happens(0.1)
    ? { name: words.undeclared, kind: 'custom' }
    : pick(chance, words.declared);
  const operation = pick(chance, target.multi === true ? (['set', 'append', 'append', 'clear'] as const) : singleOnes);
  const value = (): string => randomText(chance, words);
  const values = (): readonly string[] => Array.from({ length: chance.between(0, 3) }, value);
  return {
    type: 'set-parameter',
    parameter: target.name,
    ...(operation === 'set' && chance.happens(0.3) ? {} : { operation }),
    ...(operation === 'clear' ? {} : { value: target.multi === true && chance.happens(0.5) ? values() : value() }),
    outputs: outputs({ default: ahead(row, index) }),
  };
}

const singleOnes = ['set', 'set', 'set', 'clear'] as const;

function randomRouting(row: Row, index: number): LiveAgentRoutingNode {
  const { chance, words, desks } = row;
  const desk = pick(chance, desks);
  const known = [...words.declared.map(({ name }) => name), 'SESSION_ID', 'INITIAL_MESSAGE'];
  const onwards = (again = 0.15): Target => (chance.happens(again) ? askAgain(row, index) : ahead(row, index));
  return {
    type: 'live-agent-routing',
    startConnectionUrl: `${desk}/start`,
    inboundTransferUrl: `${desk}/inbound`,
    ...maybe(chance, 2 / 3, () => ({ statusDeliveryUrl: `${desk}/status` })),
    ...maybe(chance, 2 / 3, () => ({ endedUrl: `${desk}/ended` })),
    ...maybe(chance, 2 / 3, () => ({ transferParameters: known.filter(() => chance.happens(0.4)) })),
    ...maybe(chance, 0.6, () => ({ responseWaitingTime: pick(chance, [1, 1.5, 2, 6.94, 20, chance.between(1, 20)]) })),
    ...maybe(chance, 0.5, () => ({ firstResponseWithin: chance.between(5, 900) })),
    ...maybe(chance, 0.5, () => ({ eachResponseWithin: chance.between(5, 900) })),
    ...maybe(chance, 0.4, () => ({ connectWithin: chance.between(5, 120) })),
    ...maybe(chance, 0.3, () => ({ saveChat: chance.happens(0.3) })),
    ...maybe(chance, 0.3, () => ({ transcriptionKeys: pick(chance, ['documented', 'capitalised'] as const) })),
    outputs: outputs({
      default: chance.happens(0.08) ? open(chance) : onwards(0.25),
      failed: chance.happens(0.15) ? open(chance) : onwards(),
      noResponse: chance.happens(0.15) ? open(chance) : onwards(),
      userLeft: chance.happens(0.3) ? onwards() : open(chance),
    }),
  };
}

/** Lets one node lead into a loop that never waits. */
function withLoop(row: Row, made: readonly (readonly [string, FlowNode])[]): readonly (readonly [string, FlowNode])[] {
  const { chance, words } = row;
  const ids = Array.from({ length: chance.between(1, 3) }, (_, index) => `spin${index}`);
  const loop = ids.map((id, index): readonly [string, FlowNode] => {
    const targets = { default: ids[(index + 1) % ids.length] ?? id };
    const text = randomText(chance, words);
    if (chance.happens(0.5)) return [id, { type: 'send-message', text, outputs: targets }];
    return [id, { type: 'set-parameter', parameter: words.undeclared, value: text, outputs: targets }];
  });
  const entry = chance.between(0, row.first);
  const lead = ([id, node]: readonly [string, FlowNode], index: number): readonly [string, FlowNode] =>
    index !== entry || node.type === 'end-conversation'
      ? [id, node]
      : [id, { ...node, outputs: { ...node.outputs, default: 'spin0' } } as FlowNode];
  return [...made.map(lead), ...loop];
}

/** Without the nodes that nothing leads to, which only stand in a reader's way. */
function reachable(start: string, nodes: Flow['nodes']): Flow['nodes'] {
  const reached = new Set<string>();
  const todo = [start];
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    const node = nodes[id];
    if (node === undefined || reached.has(id)) continue;
    reached.add(id);
    if (node.type === 'end-conversation') continue;
    for (const target of Object.values<Target>(node.outputs)) if (typeof target === 'string') todo.push(target);
  }
  return Object.fromEntries(Object.entries(nodes).filter(([id]) => reached.has(id)));
}
