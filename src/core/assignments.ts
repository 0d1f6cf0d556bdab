import type { RefusalCode } from './commands.ts';
import { declarationOf, type Flow } from './flow/flow.ts';
import {
  type Assignment,
  isSystemParameter,
  maxParametersLength,
  maxUndeclaredParameters,
  wireValue,
} from './flow/parameters.ts';
import type { Session } from './session.ts';

type Checked =
  | Readonly<{ kind: 'accepted'; assignments: readonly Assignment[] }>
  | Readonly<{ kind: 'refused'; code: RefusalCode; message: string }>;

/**
 * What a client asked to set, as it will be kept: a declared multi-value parameter as a list, an undeclared one as
 * custom. All or nothing.
 */
export function assignmentsFor(
  flow: Flow,
  session: Pick<Session, 'parameters'>,
  asked: readonly Assignment[],
): Checked {
  const assignments: Assignment[] = [];
  const undeclared = new Set(Object.keys(session.parameters).filter((name) => declarationOf(flow, name) === undefined));
  for (const { name, value } of asked) {
    if (isSystemParameter(name)) {
      const message = `${name} is a system parameter and cannot be set; use a name of your own.`;
      return { kind: 'refused', code: 'parameter-reserved', message };
    }
    const declared = declarationOf(flow, name);
    if (declared === undefined) undeclared.add(name);
    if (declared !== undefined && declared.multi !== true && typeof value !== 'string') {
      const message = `${name} takes one value; send a string, or declare the parameter with "multi": true.`;
      return { kind: 'refused', code: 'parameter-wrong-shape', message };
    }
    assignments.push({ name, value: declared?.multi === true && typeof value === 'string' ? [value] : value });
  }
  if (undeclared.size > maxUndeclaredParameters) {
    const message = `A session keeps at most ${maxUndeclaredParameters} undeclared parameters; declare those you need.`;
    return { kind: 'refused', code: 'too-many-parameters', message };
  }
  const merged = { ...session.parameters, ...Object.fromEntries(assignments.map(({ name, value }) => [name, value])) };
  const length = Object.values(merged).reduce((sum, value) => sum + wireValue(value).length, 0);
  if (length > maxParametersLength) {
    const message = `The parameters of a session hold at most ${maxParametersLength} characters together; send less.`;
    return { kind: 'refused', code: 'too-many-parameters', message };
  }
  return { kind: 'accepted', assignments };
}
