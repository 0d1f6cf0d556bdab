import { isSystemParameter, systemParameterNames } from '../../../core/flow/parameters.ts';
import type { Definition, DraftNode, DraftParameter } from '../draft/definition.ts';
import { isObject, listOf } from './reading.ts';

/** The groups in which parameters are offered. */
export type ParameterGroup = 'custom' | 'user' | 'multi' | 'undeclared' | 'system';

export type GroupOfNames = Readonly<{ group: ParameterGroup; names: readonly string[] }>;

const groupOf = ({ kind, multi }: DraftParameter): ParameterGroup =>
  multi === true ? 'multi' : kind === 'user' ? 'user' : 'custom';

export const declaredIn = ({ parameters = [] }: Definition, name: string): DraftParameter | undefined =>
  parameters.find((parameter) => parameter.name === name);

/** Declared parameters by kind; groups that hold nothing are left out. */
export function declaredGroups({ parameters = [] }: Definition): readonly GroupOfNames[] {
  const names = (wanted: ParameterGroup): readonly string[] => [
    ...new Set(parameters.filter((parameter) => groupOf(parameter) === wanted).map(({ name }) => name)),
  ];
  return (['custom', 'user', 'multi'] as const)
    .map((group) => ({ group, names: names(group) }))
    .filter((one) => one.names.length > 0);
}

function filledBy(node: DraftNode): readonly unknown[] {
  const answers = node.type === 'webhook' ? listOf(node.response) : [];
  return [node.parameter, ...answers.map((one) => (isObject(one) ? one.parameter : undefined))];
}

/** Names that nodes fill although nobody declared them. */
export function undeclaredNames(definition: Definition): readonly string[] {
  const names = Object.values(definition.nodes)
    .flatMap(filledBy)
    .filter((name): name is string => typeof name === 'string' && name !== '');
  return [...new Set(names)].filter((name) => !isSystemParameter(name) && declaredIn(definition, name) === undefined);
}

/** Everything that a text may mention. */
export function mentionable(definition: Definition): readonly GroupOfNames[] {
  const undeclared = undeclaredNames(definition);
  return [
    ...declaredGroups(definition),
    ...(undeclared.length > 0 ? [{ group: 'undeclared' as const, names: undeclared }] : []),
    { group: 'system', names: systemParameterNames },
  ];
}

/** Why a new parameter may not be called so; null when it may. */
export function nameFault(definition: Definition, name: string): 'empty' | 'form' | 'system' | 'taken' | null {
  if (name === '') return 'empty';
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(name)) return 'form';
  if (isSystemParameter(name)) return 'system';
  return declaredIn(definition, name) === undefined ? null : 'taken';
}

/** A text with a parameter in the place of what is selected, and where the cursor stands afterwards. */
export function inserted(
  text: string,
  [from, to]: readonly [number, number],
  name: string,
): Readonly<{ text: string; cursor: number }> {
  const before = text.slice(0, from);
  const after = text.slice(to);
  const dollars = /\$*$/.exec(before)?.[0].length ?? 0;
  // Two dollars are a dollar: one that was typed for the name is the name's.
  const kept = dollars % 2 === 1 ? before.slice(0, -1) : before;
  const put = `${kept}$${name}${/^[A-Za-z0-9_]/.test(after) ? ' ' : ''}`;
  return { text: put + after, cursor: put.length };
}
