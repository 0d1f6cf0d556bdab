import { showValue, type Value } from './parameters.ts';

export const comparisonOperators = [
  'equals',
  'not-equals',
  'contains',
  'not-contains',
  'starts-with',
  'ends-with',
  'matches',
  'in',
  'not-in',
  'greater-than',
  'greater-or-equal',
  'less-than',
  'less-or-equal',
  'is-empty',
  'is-not-empty',
] as const;

export type ComparisonOperator = (typeof comparisonOperators)[number];

/** A comparison of one parameter, or a group: `all` is *and*, `any` is *or*; groups nest. */
export type Rule =
  | Readonly<{
      parameter: string;
      operator: ComparisonOperator;
      /** `in` and `not-in` take several; `is-empty` and `is-not-empty` take none. `$NAME` is inserted. */
      value?: Value | undefined;
      ignoreCase?: boolean | undefined;
    }>
  | Readonly<{ all: readonly Rule[] }>
  | Readonly<{ any: readonly Rule[] }>;

/** How a rule reads: parameters, texts with parameters in them, and patterns. */
export type Reading = Readonly<{
  lookup: (name: string) => Value | undefined;
  expand: (text: string) => string;
  matches: (pattern: string, text: string) => boolean;
}>;

type Comparison = Extract<Rule, { parameter: string }>;

/**
 * Does the rule hold? A parameter that was never set is empty. On a multi-value parameter `contains`,
 * `equals` and `in` ask whether any of its values does; their negations whether none does. Orders compare numbers
 * when both sides are numbers, otherwise texts by code unit (so ISO dates order as dates do).
 * `matches` takes a pattern (RE2) as it is written: nothing is inserted.
 */
export function holds(rule: Rule, reading: Reading): boolean {
  if ('all' in rule) return rule.all.every((inner) => holds(inner, reading));
  if ('any' in rule) return rule.any.some((inner) => holds(inner, reading));
  return compare(rule, reading.lookup(rule.parameter), reading);
}

function compare(rule: Comparison, actual: Value | undefined, { expand, matches }: Reading): boolean {
  if (rule.operator === 'matches') return matches(showValue(rule.value ?? ''), showValue(actual ?? ''));
  const fold = (text: string): string => (rule.ignoreCase === true ? text.toLowerCase() : text);
  const values = (actual === undefined ? [] : typeof actual === 'string' ? [actual] : actual).map(fold);
  const wanted = (rule.value === undefined ? [''] : typeof rule.value === 'string' ? [rule.value] : rule.value).map(
    (value) => fold(expand(value)),
  );
  const first = wanted[0] ?? '';
  const whole = fold(actual === undefined ? '' : showValue(actual));
  const equal = (): boolean => (values.length === 0 ? first === '' : values.some((value) => value === first));
  const contained = (): boolean =>
    Array.isArray(actual) ? values.includes(first) : values.some((value) => value.includes(first));
  const listed = (): boolean => values.some((value) => wanted.includes(value));
  switch (rule.operator) {
    case 'equals':
      return equal();
    case 'not-equals':
      return !equal();
    case 'contains':
      return contained();
    case 'not-contains':
      return !contained();
    case 'starts-with':
      return whole.startsWith(first);
    case 'ends-with':
      return whole.endsWith(first);
    case 'in':
      return listed();
    case 'not-in':
      return !listed();
    case 'is-empty':
      return values.every((value) => value === '');
    case 'is-not-empty':
      return values.some((value) => value !== '');
    default:
      return ordered(rule.operator, whole, first);
  }
}

const number = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)\s*$/;

function ordered(
  operator: 'greater-than' | 'greater-or-equal' | 'less-than' | 'less-or-equal',
  left: string,
  right: string,
): boolean {
  if (left === '' || right === '') return false;
  const numeric = number.test(left) && number.test(right);
  const order = numeric ? Number(left) - Number(right) : left < right ? -1 : left > right ? 1 : 0;
  switch (operator) {
    case 'greater-than':
      return order > 0;
    case 'greater-or-equal':
      return order >= 0;
    case 'less-than':
      return order < 0;
    case 'less-or-equal':
      return order <= 0;
  }
}
