import { declarationOf } from '../flow/flow.ts';
import type { CounterNode, SetParameterNode } from '../flow/nodes.ts';
import type { Assignment } from '../flow/parameters.ts';
import { newest, pieces, render, type Value } from '../flow/parameters.ts';
import { parameterOf } from '../session.ts';
import { type Turn, tell } from '../turn.ts';

/** Inserts the session's parameters into a text; one that is declared and has no value is empty. */
export const expand = (turn: Turn, template: string): string =>
  render(template, (name) => {
    const value = parameterOf(turn.session, name);
    return value === undefined && declarationOf(turn.flow, name) !== undefined ? '' : value;
  });

export const listOf = (value: Value | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

export const isMulti = (turn: Turn, name: string): boolean => declarationOf(turn.flow, name)?.multi === true;

export function setParameter(turn: Turn, node: SetParameterNode): void {
  // A value is as long as a text may be; without a bound "$A$A" in a loop would double for ever.
  const given = listOf(node.value ?? '').map((value) => pieces(expand(turn, value))[0] ?? '');
  const values = changed(node.operation ?? 'set', listOf(parameterOf(turn.session, node.parameter)), given);
  keep(turn, node.parameter, isMulti(turn, node.parameter) ? values : values.join(', '));
}

function changed(
  operation: 'set' | 'append' | 'clear',
  current: readonly string[],
  given: readonly string[],
): readonly string[] {
  if (operation === 'clear') return [];
  return operation === 'append' ? newest([...current, ...given]) : given;
}

/** What the end user gave: of a parameter with several values it is one more. */
export function keepAnswer(turn: Turn, name: string, answer: string): void {
  keep(turn, name, isMulti(turn, name) ? newest([...listOf(parameterOf(turn.session, name)), answer]) : answer);
}

export function keep(turn: Turn, name: string, value: Value): void {
  tell(turn, { kind: 'parameters-set', parameters: [{ name, value } satisfies Assignment] });
}

const counted = /^\d{1,15}$/;

/** Counts one more. @returns whether the limit is reached; what is no number counts as none. */
export function count(turn: Turn, { parameter, limit }: CounterNode): boolean {
  const [before = ''] = listOf(parameterOf(turn.session, parameter));
  const number = (counted.test(before) ? Number(before) : 0) + 1;
  keep(turn, parameter, isMulti(turn, parameter) ? [String(number)] : String(number));
  return number >= limit;
}
