import type { DraftNode } from '../draft/definition.ts';

/*
 * A draft may hold anything anywhere. What a form shows of a field is read here; what it does not touch stays as it is.
 */

export type Fields = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

export const flagOf = (value: unknown, usual: boolean): boolean => (typeof value === 'boolean' ? value : usual);

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const fieldsOf = (value: unknown): Fields => (isObject(value) ? value : {});

/** One text or several, as rows; what is no text in a list keeps its place. */
export const rowsOf = (value: unknown): readonly unknown[] => (typeof value === 'string' ? [value] : listOf(value));

export const stringsOf = (value: unknown): readonly string[] =>
  listOf(value).filter((item): item is string => typeof item === 'string');

/** How a value of any kind stands in a field of text. */
export const shownAs = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);

const longest = 120;

/** What stands where something else should, as JSON; null when it is missing or as it should be. */
export function strangeIn(value: unknown, isRight: (value: unknown) => boolean): string | null {
  if (value === undefined || isRight(value)) return null;
  const json = JSON.stringify(value) ?? '';
  return json.length > longest ? `${json.slice(0, longest)}…` : json;
}

export const isText = (value: unknown): boolean => typeof value === 'string';
export const isNumber = (value: unknown): boolean => typeof value === 'number';
export const isFlag = (value: unknown): boolean => typeof value === 'boolean';
export const isTextOrList = (value: unknown): boolean => typeof value === 'string' || Array.isArray(value);

/** An object with other fields; one that is undefined is taken away. */
export const withFields = <Whole extends Fields>(whole: Whole, fields: Fields): Whole =>
  Object.fromEntries(Object.entries({ ...whole, ...fields }).filter(([, value]) => value !== undefined)) as Whole;

export const nodeWith = (node: DraftNode, fields: Fields): DraftNode => withFields(node, fields);

/** A list in which something else stands at a place; undefined takes the place away. */
export const replacedAt = (list: readonly unknown[], index: number, item: unknown): readonly unknown[] =>
  item === undefined ? list.filter((_, place) => place !== index) : list.with(index, item);

/** A list in which one item has changed places with its neighbour. @param step -1 is up, 1 is down. */
export function movedAt(list: readonly unknown[], index: number, step: -1 | 1): readonly unknown[] {
  const to = index + step;
  if (to < 0 || to >= list.length) return list;
  return list.with(index, list[to]).with(to, list[index]);
}

/** A list with an item more, or without it. */
export const toggledIn = (list: readonly unknown[], item: string): readonly unknown[] =>
  list.includes(item) ? list.filter((one) => one !== item) : [...list, item];

export const orNothing = (list: readonly unknown[]): readonly unknown[] | undefined =>
  list.length === 0 ? undefined : list;

export type Pair = Readonly<{ name: string; value: unknown }>;

export const pairsOf = (value: unknown): readonly Pair[] =>
  Object.entries(fieldsOf(value)).map(([name, inner]) => ({ name, value: inner }));

/** Pairs as they are kept: those without a name are left out, of those with the same name the last one counts. */
export const recordOf = (pairs: readonly Pair[]): Fields | undefined => {
  const named = pairs.filter(({ name }) => name !== '').map(({ name, value }) => [name, value] as const);
  return named.length === 0 ? undefined : Object.fromEntries(named);
};

/** Names that stand more than once. */
export const repeatedIn = (names: readonly string[]): ReadonlySet<string> =>
  new Set(names.filter((name, index) => name !== '' && names.indexOf(name) !== index));
