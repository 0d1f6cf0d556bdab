import { type Fault, shape, within } from '../shape.ts';
import { AllGroup, AnyGroup, Comparison } from './schemas.ts';

/** Groups of rules nest as deep as a person could follow. */
const maxRuleDepth = 4;

const comparison = shape(Comparison);
const groups = { all: shape(AllGroup), any: shape(AnyGroup) };

export function ruleFaults(value: unknown, depth: number): readonly Fault[] {
  if (depth > maxRuleDepth) return [{ path: '', message: `Groups nest at most ${maxRuleDepth} deep; simplify.` }];
  const isObject = typeof value === 'object' && value !== null;
  const kind = isObject && 'all' in value ? 'all' : isObject && 'any' in value ? 'any' : null;
  const reading = kind === null ? comparison.read(value) : groups[kind].read(value);
  if (!reading.ok) return reading.faults;
  const inner = (reading.value as { all?: readonly unknown[]; any?: readonly unknown[] })[kind ?? 'all'] ?? [];
  return inner.flatMap((rule, index) => ruleFaults(rule, depth + 1).map((fault) => within(`${kind}.${index}`, fault)));
}
