import { comparisonOperators } from '../../../../core/flow/conditions.ts';
import { type Fields, fieldsOf, isObject, replacedAt, rowsOf, shownAs, withFields } from '../reading.ts';

/*
 * Rules as they stand in a draft: a comparison, or a group of rules; whatever else stands there is read as a comparison
 * that has nothing yet.
 */

/** A comparison lies at most in three groups (contract: rules nest at most four deep). */
export const deepestGroup = 3;

export type GroupKind = 'all' | 'any';
export type RuleGroup = Readonly<{ kind: GroupKind; inner: readonly unknown[] }>;

export function groupOf(rule: unknown): RuleGroup | null {
  if (!isObject(rule)) return null;
  if (Array.isArray(rule.all)) return { kind: 'all', inner: rule.all };
  return Array.isArray(rule.any) ? { kind: 'any', inner: rule.any } : null;
}

export const newComparison = { parameter: '', operator: 'equals', value: '' };

/** The same rules in a group of another kind. */
export function withKind(rule: unknown, kind: GroupKind): Fields {
  const { all, any, ...rest } = fieldsOf(rule);
  return { ...rest, [kind]: groupOf(rule)?.inner ?? [] };
}

/** A rule with one more in it: a comparison becomes a group with it. */
export function withAnother(rule: unknown, another: unknown): Fields {
  const group = groupOf(rule);
  if (group === null) return { all: [rule, another] };
  return { ...fieldsOf(rule), [group.kind]: [...group.inner, another] };
}

/**
 * A group in which another rule stands at a place.
 * @param next makes that rule; undefined takes the place away.
 * @returns undefined when nothing is left of the group.
 */
export function withInner(whole: unknown, index: number, next: (rule: unknown) => unknown): unknown {
  const group = groupOf(whole);
  if (group === null || index >= group.inner.length) return whole;
  const inner = replacedAt(group.inner, index, next(group.inner[index]));
  return inner.length === 0 ? undefined : { ...fieldsOf(whole), [group.kind]: inner };
}

/** The outermost rule when something was taken out of it: a group of one is that one. */
export function unwrapped(rule: unknown): unknown {
  const group = groupOf(rule);
  return group !== null && group.inner.length === 1 ? group.inner[0] : rule;
}

const valueless: ReadonlySet<string> = new Set(['is-empty', 'is-not-empty']);
const several: ReadonlySet<string> = new Set(['in', 'not-in']);
/** Those that heed letters; patterns say it themselves, and orders of numbers have none. */
const heedsCase: ReadonlySet<string> = new Set(
  comparisonOperators.filter((operator) => !/^(matches|is-|greater-|less-)/.test(operator)),
);

export const takesValue = (operator: string): boolean => !valueless.has(operator);
export const takesSeveral = (operator: string): boolean => several.has(operator);
export const mayIgnoreCase = (operator: string): boolean => heedsCase.has(operator);

/** A comparison by another operator; its value takes the form that this one wants. */
export function withOperator(comparison: Fields, operator: string): Fields {
  const rows = rowsOf(comparison.value);
  const value = !takesValue(operator)
    ? undefined
    : takesSeveral(operator)
      ? rows.filter((row) => row !== '')
      : Array.isArray(comparison.value)
        ? shownAs(rows[0])
        : (comparison.value ?? '');
  return withFields(comparison, {
    operator,
    value,
    ignoreCase: mayIgnoreCase(operator) ? comparison.ignoreCase : undefined,
  });
}
