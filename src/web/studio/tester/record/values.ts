import { systemParameterNames, type Value } from '../../../../core/flow/parameters.ts';
import { parameterOf } from '../../../../core/session.ts';
import type { Definition } from '../../draft/definition.ts';
import type { TrialRecord } from './trace.ts';

/** A parameter of the session that is being tried. */
export type ShownParameter = Readonly<{
  name: string;
  kind: 'custom' | 'user' | 'system';
  /** Undefined while it has none. */
  value: Value | undefined;
  /** Whether it was set in the present turn. */
  isFresh: boolean;
}>;

/** All parameters with their present values: those that are declared, those that nobody declared, and Baton's own. */
export function parametersOf({ session, setAt, turn }: TrialRecord, definition: Definition): readonly ShownParameter[] {
  const declared = new Map((definition.parameters ?? []).map(({ name, kind }) => [name, kind] as const));
  const names = [...new Set([...declared.keys(), ...Object.keys(session?.parameters ?? {})])];
  const own = names.map((name) => ({
    ...{ name, kind: declared.get(name) ?? 'custom' },
    value: session === null ? undefined : parameterOf(session, name),
    isFresh: (setAt.get(name) ?? 0) > turn,
  }));
  if (session === null) return own;
  const system = systemParameterNames.map((name) => ({ name, value: parameterOf(session, name) }));
  return [...own, ...system.map((one) => ({ ...one, kind: 'system' as const, isFresh: false }))];
}
