import type { SessionEvent } from '../events.ts';
import { declarationOf, type Flow } from './flow.ts';
import { maxParametersLength, type ParameterValues, pieces, showValue, type Value, wireValue } from './parameters.ts';

/*
 * Parameters of the kind `user` outlive their session where init names the user.
 * 1. What a commit leaves for a user is a function of its events: of each declared user parameter the value set last.
 * 2. A session begins with what is kept in the place of the declared default, in the shape that its flow declares.
 * 3. What whoever opens the session sets stands over both.
 * 4. What is kept never makes a session's parameters longer than they may be: what does not fit is left at its default.
 */

/**
 * Whether anything is kept for a user of this id. One that a URL cannot name, or that is no text of the contract, could
 * never be forgotten again.
 */
export const isKeepable = (userId: string): boolean => userId.isWellFormed() && !userId.includes('\0');

export const declaresUserParameters = ({ parameters = [] }: Flow): boolean =>
  parameters.some(({ kind }) => kind === 'user');

/** What the events set of the declared user parameters, the last value of each; null when they set none. */
export function keptParameters(flow: Flow, events: readonly SessionEvent[]): ParameterValues | null {
  let kept: Map<string, Value> | null = null;
  for (const event of events) {
    if (event.kind !== 'parameters-set') continue;
    for (const { name, value } of event.parameters) {
      if (declarationOf(flow, name)?.kind !== 'user') continue;
      kept ??= new Map();
      kept.set(name, value);
    }
  }
  return kept === null ? null : Object.fromEntries(kept);
}

/**
 * The parameters that a session begins with.
 * @param kept of its user, under whatever flow it was set. @param given by whoever opens it, in the shape that is declared.
 */
export function startParameters(flow: Flow, kept: ParameterValues, given: ParameterValues = {}): ParameterValues {
  const declared = flow.parameters ?? [];
  const values = new Map<string, Value>();
  for (const { name, multi, value } of declared) {
    if (value !== undefined) values.set(name, multi === true && typeof value === 'string' ? [value] : value);
  }
  for (const [name, value] of Object.entries(given)) values.set(name, value);
  let length = [...values.values()].reduce((sum, value) => sum + wireValue(value).length, 0);
  for (const { name, kind, multi } of declared) {
    const own = kind === 'user' && Object.hasOwn(kept, name) ? kept[name] : undefined;
    if (own === undefined || Object.hasOwn(given, name)) continue;
    const value = inShape(own, multi === true);
    const longer = length - wireValue(values.get(name) ?? '').length + wireValue(value).length;
    if (longer > maxParametersLength) continue;
    values.set(name, value);
    length = longer;
  }
  return Object.fromEntries(values);
}

/** A value that another flow may have declared otherwise. Several are shown as one, cut to what one value may hold. */
function inShape(value: Value, multi: boolean): Value {
  if (typeof value !== 'string') return multi ? value : (pieces(showValue(value))[0] ?? '');
  if (!multi) return value;
  return value === '' ? [] : [value];
}
