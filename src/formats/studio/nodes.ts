import type { ClassificationNode, CollectInputNode, EndConversationNode, FlowNode } from '../../core/flow/nodes.ts';
import { field, flagField, isObject, type JsonObject, numberField, objectsOf, textField } from '../json.ts';
import { conditions } from './conditions.ts';
import { type Conversion, maxOutputs, type StudioNode, type StudioOutput, whereIs } from './conversion.ts';
import { liveAgentRouting } from './routing.ts';
import { pieces } from './text.ts';
import { webhook } from './webhook.ts';

type Converter = (conversion: Conversion, node: StudioNode) => FlowNode;

export const maxRetries = 20;
/** What the definition of a virtual agent takes in one node. */
export const maxClassified = 100;

/** By the kind, without `base_` and everything but letters. */
const converters: Readonly<Record<string, Converter>> = {
  textmessage: message,
  sendmessage: message,
  message,
  speak: message,
  paramcompletion: collectInput,
  collectinput: collectInput,
  classification,
  flowcontrol: conditions,
  condition: conditions,
  conditions,
  webhook: (conversion, node) => webhook(conversion, node) ?? silent(conversion, node),
  liveagent: routing,
  liveagentrouting: routing,
  routetoliveagent: routing,
  endcall: end,
  endconversation: end,
  endchat: end,
  endsession: end,
  hangup: end,
  end,
};

const simplified = (kind: string): string =>
  kind
    .toLowerCase()
    .replace(/^base_/, '')
    .replace(/[^a-z]/g, '');

export const isStart = ({ kind }: StudioNode): boolean => simplified(kind) === 'start';

/** Our node for one of theirs; a kind that is unknown says nothing and goes on. */
export function convertNode(conversion: Conversion, node: StudioNode): FlowNode {
  const kind = simplified(node.kind);
  const converter = Object.hasOwn(converters, kind) ? converters[kind] : undefined;
  if (converter === undefined) return silent(conversion, node);
  const ours = converter(conversion, node);
  const isSilent = ours.type === 'send-message' && ours.text === '';
  if (!isSilent) conversion.notes.add('taken', whereIs(node), `It is a ${ours.type} node.`);
  return ours;
}

function silent(conversion: Conversion, node: StudioNode): FlowNode {
  const kept = node.outputs.find(({ next }) => next !== undefined && conversion.idFor(next) !== undefined);
  const on = kept === undefined ? 'ends' : `goes on at "${conversion.nameBehind(kept)}"`;
  const message = `Its kind, ${node.kind}, is not known here with these settings: it says nothing, and the flow ${on}.`;
  conversion.notes.add('left-out', whereIs(node), message);
  conversion.tellLost(node, [kept]);
  return { type: 'send-message', text: '', outputs: { default: conversion.leads(node, kept) } };
}

function end(): EndConversationNode {
  return { type: 'end-conversation' };
}

function routing(conversion: Conversion, node: StudioNode): FlowNode {
  const ours = liveAgentRouting(conversion, node);
  if (ours !== undefined) return ours;
  const message = 'It has no addresses of a desk that could be read; put a live-agent-routing node in its place.';
  conversion.notes.add('left-out', whereIs(node), message);
  return silent(conversion, node);
}

function message(conversion: Conversion, node: StudioNode): FlowNode {
  const where = whereIs(node);
  const kind = textField(node.data, 'type');
  const text = conversion.template(where, field(node.data, 'text', 'message', 'messages', 'content', 'texts'));
  if (text === '') {
    const media = kind === undefined || kind === 'text' || kind === 'message' ? '' : ` (it sent ${kind})`;
    conversion.notes.add('left-out', where, `It has no text${media}, so it says nothing.`);
  } else if (kind !== undefined && isObject(field(node.data, kind))) {
    conversion.notes.add('left-out', where, `It sent ${kind} too; only its text is taken over.`);
  }
  const [first] = node.outputs;
  conversion.tellLost(node, [first]);
  const parts = pieces(text);
  if (parts.length > 1) {
    conversion.notes.add(
      'changed',
      where,
      `Its text is longer than a message may be: it is ${parts.length} messages now.`,
    );
  }
  let next = conversion.leads(node, first);
  for (const part of parts.slice(1).toReversed()) {
    const id = conversion.newId(node.name || node.kind);
    conversion.nodes.set(id, { type: 'send-message', text: part, outputs: { default: next } });
    next = id;
  }
  return { type: 'send-message', text: parts[0] ?? '', outputs: { default: next } };
}

/** The output that an answer in words takes: named by its kind of answer, or the first that is no other. */
function answered(conversion: Conversion, node: StudioNode, others: readonly (StudioOutput | undefined)[]) {
  const byKind = field(field(node.data, 'typeToOutput', 'type_to_output'), 'text');
  const named = conversion.output(node, isObject(byKind) ? field(byKind, 'output', 'id') : byKind);
  return named ?? node.outputs.find((output) => !others.includes(output));
}

function collectInput(conversion: Conversion, node: StudioNode): CollectInputNode {
  const where = whereIs(node);
  const { data } = node;
  const parameterId = textField(data, 'parameterId', 'parameter_id', 'parameter', 'param');
  const strange = conversion.output(node, field(data, 'unexpectedTypesOutput', 'unexpected_types_output'));
  const byName = node.outputs.find(({ name }) => /miss/i.test(name));
  const missed = conversion.output(node, field(data, 'missOutput', 'miss_output', 'missedOutput')) ?? byName;
  const output = answered(conversion, node, [strange, missed]);
  const entity = entityFor(conversion, data, parameterId);
  const missedTo = conversion.leads(node, missed ?? output);
  if (missed === undefined && entity !== '@sys.any') {
    conversion.notes.add('changed', where, 'It had no output for missed answers; they go where the others go.');
  }
  const shape = textField(data, 'type');
  if (shape !== undefined && shape !== 'message' && shape !== 'text') {
    conversion.notes.add(
      'changed',
      where,
      `It offered choices (${shape}), which are not shown here; say them in the prompt.`,
    );
  }
  conversion.tellLost(node, [output, missed]);
  return {
    type: 'collect-input',
    parameter: conversion.parameters.target(parameterId, where),
    prompt: conversion.oneMessage(where, field(data, 'text', 'prompt', 'prompts', 'question')),
    entity,
    ...retriesOf(conversion, node),
    ...(flagField(data, 'skipIfParamHaveValue', 'skip_if_param_have_value', 'skip') && { skipWhenFilled: true }),
    outputs: { default: conversion.leads(node, output), missed: missedTo },
  };
}

const entityFor = (conversion: Conversion, data: JsonObject, parameterId: string | undefined): string => {
  const own = textField(data, 'entity', 'entityId', 'entity_id');
  return own === undefined ? conversion.parameters.entityOf(parameterId) : conversion.entities.find(own);
};

function retriesOf(conversion: Conversion, node: StudioNode): Pick<CollectInputNode, 'retries' | 'retryPrompt'> {
  const where = whereIs(node);
  const texts = conversion.templates(
    where,
    field(node.data, 'retryText', 'retry_text', 'retryTexts', 'retries_text', 'retryPrompt'),
  );
  const retries = numberField(node.data, 'maxRetries', 'max_retries', 'retries') ?? texts.length;
  const cut = texts.map((text) => conversion.cut(where, text));
  return {
    retries: Math.min(maxRetries, Math.max(0, Math.trunc(retries))),
    ...(cut.length > 0 && { retryPrompt: cut.length === 1 ? (cut[0] ?? '') : cut }),
  };
}

function classification(conversion: Conversion, node: StudioNode): FlowNode {
  const where = whereIs(node);
  const { data } = node;
  const outputs = new Map<string, string | null>();
  const kept: (StudioOutput | undefined)[] = [];
  let missed = node.outputs.find(({ name }) => /miss|default|fallback/i.test(name));
  for (const intent of objectsOf(field(data, 'intents', 'classes')).slice(0, maxOutputs)) {
    const key = textField(intent, 'id', 'intent', 'intentId', 'intent_id', '_id', 'name') ?? '';
    const output = conversion.output(node, field(intent, 'output', 'outputId', 'output_id'));
    if (key === 'default' || key === 'missed') missed = output;
    else if (key !== '') {
      const ours = conversion.intents.find(key, conversion.nameBehind(output) || node.name);
      if (ours === undefined || outputs.has(ours)) continue;
      if (outputs.size >= maxClassified) {
        conversion.notes.add('left-out', where, `Its intent ${ours}: ${maxClassified} are the most in one node.`);
        continue;
      }
      outputs.set(ours, conversion.leads(node, output));
      kept.push(output);
    }
  }
  if (outputs.size === 0) {
    const text = conversion.oneMessage(where, field(data, 'text', 'prompt'));
    conversion.notes.add('changed', where, 'It knows no intent, so it only goes on where nothing was understood.');
    return { type: 'send-message', text, outputs: { default: conversion.leads(node, missed ?? node.outputs[0]) } };
  }
  conversion.tellLost(node, [...kept, missed]);
  const intents = [...outputs.keys()];
  outputs.set('missed', conversion.leads(node, missed));
  return { type: 'classification', intents, ...classified(conversion, node), outputs: Object.fromEntries(outputs) };
}

/** What is classified, and when it counts. */
function classified(
  conversion: Conversion,
  node: StudioNode,
): Pick<ClassificationNode, 'text' | 'prompt' | 'minScore'> {
  const where = whereIs(node);
  const parameterId = textField(node.data, 'parameterId', 'parameter_id', 'parameter');
  const threshold = numberField(node.data, 'threshold', 'confidence', 'minScore', 'min_score');
  const score = threshold !== undefined && threshold > 1 ? threshold / 100 : threshold;
  const prompt = conversion.oneMessage(where, field(node.data, 'text', 'prompt'));
  return {
    ...(parameterId === undefined ? { prompt } : { text: `$${conversion.parameters.byId(parameterId)}` }),
    ...(score !== undefined && score >= 0 && score <= 1 && { minScore: score }),
  };
}
