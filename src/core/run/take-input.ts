import type { ExternalBotNode } from '../flow/asking.ts';
import { declarationOf, defaultRetries, type Flow, nodeOf } from '../flow/flow.ts';
import type { ClassificationNode, CollectInputNode, ContextSwitchNode } from '../flow/nodes.ts';
import { parameterOf } from '../session.ts';
import { type Turn, tell } from '../turn.ts';
import { defaultMinScore, type Recognised } from '../understanding.ts';
import { ask } from './ask.ts';
import { go, leads, type Next, wait } from './next.ts';
import { expand, keep, keepAnswer, listOf } from './node-parameters.ts';
import { send } from './send.ts';

/*
 * Nodes that wait for the end user.
 * 1. Each message is taken by one node, once (*input-taken*); those that came while nobody could take them are taken first,
 *    in the order in which they came.
 * 2. A context switch is looked for in every message that a node takes. What the node can use itself leads away only when
 *    the switch scores higher, and never by an intent that the node asks for.
 * 3. What a node cannot use counts as a miss: it asks again as often as it may, then it takes *missed*.
 */

/** Nodes that wait for what the end user says. */
export type ListeningNode = CollectInputNode | ClassificationNode | ExternalBotNode;

export const isListening = (node: { type: string } | undefined): node is ListeningNode =>
  node?.type === 'collect-input' || node?.type === 'classification' || node?.type === 'external-bot';

export type Input = Readonly<{ text: string; messageSeq: number | null; misses: number }>;

export function collect(turn: Turn, id: string, node: CollectInputNode): Next {
  const filled = listOf(parameterOf(turn.session, node.parameter)).some((value) => value !== '');
  if (node.skipWhenFilled === true && filled) return go(node.outputs.default);
  send(turn, id, node.prompt ?? '');
  return listen(turn, id, node, 0);
}

export function classify(turn: Turn, id: string, node: ClassificationNode): Next {
  if (node.text === undefined) {
    send(turn, id, node.prompt ?? '');
    return listen(turn, id, node, 0);
  }
  return recognise(turn, id, node, expand(turn, node.text)) ?? leads(node.outputs, 'missed');
}

/** Waits for the end user, unless they have said something already. */
export function listen(turn: Turn, id: string, node: ListeningNode, misses: number): Next {
  tell(turn, { kind: 'input-awaited', node: id, misses });
  const [kept] = turn.session.inputs;
  return kept === undefined ? wait : takeInput(turn, id, node, { text: kept.text, messageSeq: kept.seq, misses });
}

export function takeInput(turn: Turn, id: string, node: ListeningNode, input: Input): Next {
  tell(turn, { kind: 'input-taken', node: id, messageSeq: input.messageSeq });
  const switched = switchFor(turn, id, node, input.text);
  if (switched !== null) return go(switched);
  if (node.type === 'external-bot') return ask(turn, id, node, input.messageSeq);
  const next = node.type === 'collect-input' ? take(turn, node, input.text) : recognise(turn, id, node, input.text);
  if (next !== null) return next;
  if (input.misses >= (node.retries ?? defaultRetries)) return leads(node.outputs, 'missed');
  send(turn, id, retryText(node, input.misses));
  return listen(turn, id, node, input.misses + 1);
}

/** The text after a number of misses; the last one stands for all that come. */
function retryText({ prompt, retryPrompt }: CollectInputNode | ClassificationNode, misses: number): string {
  const texts = listOf(retryPrompt);
  return texts[Math.min(misses, texts.length - 1)] ?? prompt ?? '';
}

/** @returns null when it is a miss. */
function take(turn: Turn, node: CollectInputNode, text: string): Next | null {
  const value = turn.understanding.valueOf(turn.flow, node.entity ?? '@sys.any', text, turn.at);
  if (value === null) return null;
  keepAnswer(turn, node.parameter, value);
  return go(node.outputs.default);
}

/** @returns null when no intent scores high enough. */
function recognise(turn: Turn, id: string, node: ClassificationNode, text: string): Next | null {
  const [best] = text.trim() === '' ? [] : turn.understanding.intentsOf(turn.flow, node.intents, text);
  const found = best !== undefined && isEnough(best, node.minScore) ? best.intent : null;
  tell(turn, { kind: 'intent-recognised', node: id, intent: found, score: best?.score ?? 0 });
  if (found === null) return null;
  if (node.parameter !== undefined) {
    keep(turn, node.parameter, declarationOf(turn.flow, node.parameter)?.multi === true ? [found] : found);
  }
  return leads(node.outputs, found);
}

const isEnough = ({ score }: Recognised, minScore: number | undefined): boolean =>
  score >= (minScore ?? defaultMinScore);

type Switch = Readonly<{ id: string; node: ContextSwitchNode }>;

const switches = new WeakMap<Flow, readonly Switch[]>();

function switchesOf(flow: Flow): readonly Switch[] {
  const known = switches.get(flow);
  if (known !== undefined) return known;
  const found = Object.entries(flow.nodes).flatMap(([id, node]) =>
    node.type === 'context-switch' ? [{ id, node }] : [],
  );
  switches.set(flow, found);
  return found;
}

/** The context switch that these words take, told; or null. */
function switchFor(turn: Turn, from: string, waiting: ListeningNode, text: string): string | null {
  const all = switchesOf(turn.flow);
  if (all.length === 0 || text.trim() === '') return null;
  const own: readonly string[] = waiting.type === 'classification' ? waiting.intents : [];
  const least = scoreAt(turn, waiting, text);
  const intents = [...new Set(all.flatMap(({ node }) => node.intents))].filter((intent) => !own.includes(intent));
  const recognised = turn.understanding.intentsOf(turn.flow, intents, text);
  for (const one of recognised) {
    if (one.score <= least) return null;
    const found = all.find(
      ({ node }) => node.intents.includes(one.intent) && isEnough(one, node.minScore ?? switchMinScore),
    );
    if (found === undefined || nodeOf(turn.flow, found.id) === undefined) continue;
    tell(turn, { kind: 'intent-recognised', node: found.id, intent: one.intent, score: one.score });
    tell(turn, { kind: 'context-switched', node: found.id, from, returns: found.node.returns === true });
    return found.id;
  }
  return null;
}

/** How sure it is that the words answer the node that waits. */
function scoreAt(turn: Turn, node: ListeningNode, text: string): number {
  if (node.type === 'external-bot') return 0;
  if (node.type === 'classification') {
    const [best] = turn.understanding.intentsOf(turn.flow, node.intents, text);
    return best !== undefined && isEnough(best, node.minScore) ? best.score : 0;
  }
  const { entity = '@sys.any' } = node;
  const takes = entity !== '@sys.any' && turn.understanding.valueOf(turn.flow, entity, text, turn.at) !== null;
  return takes ? answerScore : 0;
}

/** A date or a yes is found in what was said: only words that could hardly mean anything else lead away from it. */
const answerScore = 0.9;

/** What is asked is answered, mostly: to leave it for something else takes more than to choose among what was asked. */
export const switchMinScore = 0.7;
