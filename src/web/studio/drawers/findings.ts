import type { DraftNode } from '../draft/definition.ts';
import { isObject } from './reading.ts';

/*
 * Where findings are shown.
 * 1. A finding stands at the setting that has its path; one that lies deeper than any setting, at the nearest above it.
 * 2. None is lost: what belongs to no setting that is shown stands at the top.
 */

/** What is wrong with a node, or should be looked at. */
export type Finding = Readonly<{
  /** Below the node: `text`, `outputs.missed`, `conditions.0.when.value`; empty for the node as a whole. */
  path: string;
  message: string;
  severity: 'fault' | 'warning';
}>;

/** The findings of one node by the paths of the settings that show them; the empty path has the rest. */
export type Places = ReadonlyMap<string, readonly Finding[]>;

export const nowhere = '';

/** @param shown the paths of the settings that are shown. */
export function placesOf(findings: readonly Finding[], shown: ReadonlySet<string>, node: DraftNode): Places {
  const places = new Map<string, Finding[]>();
  for (const finding of findings) {
    const place = nearest(wholePath(finding.path, node), shown);
    const there = places.get(place) ?? [];
    if (there.some(({ message }) => message === finding.message)) continue;
    places.set(place, [...there, finding]);
  }
  return places;
}

function nearest(path: string, shown: ReadonlySet<string>): string {
  const steps = path.split('.');
  for (let length = steps.length; length > 0; length -= 1) {
    const prefix = steps.slice(0, length).join('.');
    if (shown.has(prefix)) return prefix;
  }
  return nowhere;
}

/** Within groups of rules some paths leave out `all` and `any`: `when.1.value` is `when.all.1.value`. */
function wholePath(path: string, node: DraftNode): string {
  const steps = path.split('.');
  const whole: string[] = [];
  let value: unknown = node;
  for (const step of steps) {
    if (isObject(value) && /^\d+$/.test(step) && !Object.hasOwn(value, step)) {
      const kind = Array.isArray(value.all) ? 'all' : Array.isArray(value.any) ? 'any' : null;
      if (kind !== null) {
        whole.push(kind);
        value = value[kind];
      }
    }
    whole.push(step);
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[step] : undefined;
  }
  return whole.join('.');
}
