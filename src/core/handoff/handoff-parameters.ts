import { declarationOf, type Flow } from '../flow/flow.ts';
import { isSystemParameter, systemParameterNames, wireValue } from '../flow/parameters.ts';
import { parameterOf, type Session } from '../session.ts';

type NamedValue = Readonly<{ name: string; value: string }>;

/**
 * The parameters that the start call carries (contract 3.1): system ones always, custom and user ones when chosen, the
 * latter as `USER.<name>`; a chosen one that has no value is left out.
 */
export function parametersFor(flow: Flow, session: Session, chosen: readonly string[]): readonly NamedValue[] {
  const named = (name: string, wireName: string): readonly NamedValue[] => {
    const value = parameterOf(session, name);
    return value === undefined ? [] : [{ name: wireName, value: wireValue(value) }];
  };
  return [
    ...systemParameterNames.flatMap((name) => named(name, name)),
    ...chosen
      .filter((name) => !isSystemParameter(name))
      .flatMap((name) => named(name, declarationOf(flow, name)?.kind === 'user' ? `USER.${name}` : name)),
  ];
}
