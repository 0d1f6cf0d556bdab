import type { ComparisonOperator, Rule } from '../../core/flow/conditions.ts';
import type { ConditionsNode, FlowNode } from '../../core/flow/nodes.ts';
import { field, flagField, type JsonObject, objectsOf, textField } from '../json.ts';
import { identifier, Taken } from '../names.ts';
import { type Conversion, maxOutputs, type StudioNode, type StudioOutput, whereIs } from './conversion.ts';

export const maxConditions = 50;
/** What the definition of a virtual agent takes. */
const maxRules = 50;
const maxRuleDepth = 4;

/** Without what they compare (`str_`, `num_`, …) and everything but letters. */
const operators: Readonly<Record<string, ComparisonOperator>> = {
  eq: 'equals',
  equal: 'equals',
  equals: 'equals',
  is: 'equals',
  ne: 'not-equals',
  neq: 'not-equals',
  noteq: 'not-equals',
  notequal: 'not-equals',
  notequals: 'not-equals',
  isnot: 'not-equals',
  contains: 'contains',
  contain: 'contains',
  includes: 'contains',
  notcontains: 'not-contains',
  notcontain: 'not-contains',
  startswith: 'starts-with',
  endswith: 'ends-with',
  in: 'in',
  notin: 'not-in',
  gt: 'greater-than',
  gte: 'greater-or-equal',
  ge: 'greater-or-equal',
  lt: 'less-than',
  lte: 'less-or-equal',
  le: 'less-or-equal',
  empty: 'is-empty',
  isempty: 'is-empty',
  notexists: 'is-empty',
  notempty: 'is-not-empty',
  isnotempty: 'is-not-empty',
  exists: 'is-not-empty',
  hasvalue: 'is-not-empty',
};

function operatorOf(written: string): ComparisonOperator | undefined {
  const name = written
    .toLowerCase()
    .replace(/^(?:str|string|num|number|int|date|time|list|array|bool)[_-]/, '')
    .replace(/[^a-z]/g, '');
  return Object.hasOwn(operators, name) ? operators[name] : undefined;
}

/** Thrown for a part of a rule that cannot be read: half a rule would be another rule. */
class UnknownRule extends Error {
  override readonly name = 'UnknownRule';
}

export function conditions(conversion: Conversion, node: StudioNode): FlowNode {
  const names = new Taken(['default']);
  const outputs = new Map<string, string | null>();
  const found: { output: string; when: Rule }[] = [];
  const kept: (StudioOutput | undefined)[] = [];
  let otherwise: StudioOutput | undefined;
  for (const condition of objectsOf(field(node.data, 'conditions', 'rules', 'cases')).slice(0, maxOutputs)) {
    const output = conversion.output(node, field(condition, 'output', 'outputId', 'output_id'));
    const name = textField(condition, 'name', 'label', 'title') ?? 'condition';
    if (flagField(condition, 'isDefault', 'is_default') || name === 'default') {
      otherwise ??= output;
      continue;
    }
    const when = ruleOf(conversion, node, condition);
    if (when === undefined) continue;
    if (found.length >= maxConditions) {
      conversion.notes.add('left-out', whereIs(node), `Its condition "${name}": ${maxConditions} are the most.`);
      continue;
    }
    const ours = names.unique(identifier(name, 'condition'));
    outputs.set(ours, conversion.leads(node, output));
    found.push({ output: ours, when });
    kept.push(output);
  }
  otherwise ??= node.outputs.find((output) => !kept.includes(output));
  conversion.tellLost(node, [...kept, otherwise]);
  const onwards = conversion.leads(node, otherwise);
  if (found.length === 0) {
    conversion.notes.add(
      'changed',
      whereIs(node),
      'No condition of it could be taken over, so it always takes its default.',
    );
    return { type: 'send-message', text: '', outputs: { default: onwards } };
  }
  outputs.set('default', onwards);
  return { type: 'conditions', conditions: found, outputs: Object.fromEntries(outputs) } satisfies ConditionsNode;
}

function ruleOf(conversion: Conversion, node: StudioNode, condition: JsonObject): Rule | undefined {
  const name = textField(condition, 'name', 'label') ?? '';
  try {
    return group(conversion, whereIs(node), objectsOf(field(condition, 'condition', 'when', 'rule', 'value')), 1);
  } catch (error) {
    if (!(error instanceof UnknownRule)) throw error;
    conversion.notes.add('left-out', whereIs(node), `Its condition "${name}" is left out: ${error.message}.`);
    return undefined;
  }
}

const isConnective = (part: JsonObject): boolean =>
  /^(?:and|or|&&|\|\|)$/i.test(textField(part, 'value') ?? '') && textField(part, 'type') !== 'value';

/** Parts beside each other: a comparison, or rules with *and* or *or* between them. */
function group(conversion: Conversion, where: string, parts: readonly JsonObject[], depth: number): Rule {
  if (parts.some((part) => textField(part, 'type') === 'parameter')) return comparison(conversion, where, parts);
  const connectives = new Set(
    parts.filter(isConnective).map((part) => /^(?:or|\|\|)$/i.test(textField(part, 'value') ?? '')),
  );
  const rules = parts.filter((part) => !isConnective(part));
  if (rules.length === 0) throw new UnknownRule('it is empty');
  if (rules.length > maxRules) throw new UnknownRule(`it has more than ${maxRules} parts`);
  if (connectives.size > 1) throw new UnknownRule('it mixes "and" and "or" in one group');
  const [only] = rules;
  if (rules.length === 1 && only !== undefined) return inner(conversion, where, only, depth);
  if (depth >= maxRuleDepth) throw new UnknownRule(`it is nested more than ${maxRuleDepth} deep`);
  const read = rules.map((rule) => inner(conversion, where, rule, depth + 1));
  if (connectives.size === 0) {
    conversion.notes.add(
      'changed',
      where,
      'A condition has several parts and does not say how they are joined: all must hold.',
    );
  }
  return connectives.has(true) ? { any: read } : { all: read };
}

const inner = (conversion: Conversion, where: string, part: JsonObject, depth: number): Rule =>
  group(conversion, where, objectsOf(field(part, 'value', 'condition', 'conditions')), depth);

function comparison(conversion: Conversion, where: string, parts: readonly JsonObject[]): Rule {
  const of = (type: string): JsonObject | undefined => parts.find((part) => textField(part, 'type') === type);
  const id = textField(of('parameter'), 'value') ?? '';
  const written = textField(of('operator'), 'value') ?? '';
  const operator = operatorOf(written);
  if (parts.length > 3 || id === '') throw new UnknownRule('it has a comparison that is not understood');
  if (operator === undefined) throw new UnknownRule(`its operator "${written}" is not known here`);
  const parameter = conversion.parameters.byId(id);
  if (operator === 'is-empty' || operator === 'is-not-empty') return { parameter, operator };
  const values = conversion.templates(where, field(of('value'), 'value')).map((value) => conversion.cut(where, value));
  if (operator === 'in' || operator === 'not-in') {
    return { parameter, operator, value: values.length === 1 ? listed(values[0] ?? '') : values.slice(0, 100) };
  }
  return { parameter, operator, value: values[0] ?? '' };
}

const listed = (value: string): readonly string[] => value.split(',', 100).map((part) => part.trim());
