import type { Json } from '../core/flow/asking.ts';
import { type ParameterValues, render, showValue, type Value } from '../core/flow/parameters.ts';

/** Inserts given parameters; a name without a value is left out, for nothing outside knows what `$NAME` means. */
export const fill = (template: string, given: ParameterValues): string =>
  render(template, (name) => ownOf(given, name));

/**
 * A URL with parameters behind its host, each percent-encoded, so that none becomes a path or a field of its own.
 * @returns null where one would lead up the path: dots are no less dots when they are encoded.
 */
export function fillUrl(
  url: string,
  query: Readonly<Record<string, string>> | undefined,
  given: ParameterValues,
): string | null {
  const filled = URL.parse(render(url, (name) => encodeURIComponent(sound(ownOf(given, name)))));
  const meant = URL.parse(render(url, () => 'x'));
  if (filled === null || meant === null || segments(filled) !== segments(meant)) return null;
  for (const [name, template] of Object.entries(query ?? {})) filled.searchParams.append(name, fill(template, given));
  return filled.href;
}

const segments = ({ origin, pathname }: URL): string => `${origin} ${pathname.split('/').length}`;

const ownOf = (given: ParameterValues, name: string): Value => (Object.hasOwn(given, name) ? (given[name] ?? '') : '');

const sound = (value: Value): string => showValue(value).toWellFormed();

/** JSON whose texts have parameters inserted; a text that is nothing but one name of several values becomes a list. */
export function fillJson(value: Json, given: ParameterValues): Json {
  if (typeof value === 'string') return listNamed(value, given) ?? fill(value, given);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one: Json) => fillJson(one, given));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fillJson(one, given)]));
}

function listNamed(template: string, given: ParameterValues): readonly string[] | null {
  const [, name] = /^\$([A-Za-z_][A-Za-z0-9_]*)$/.exec(template) ?? [];
  const value = name !== undefined && Object.hasOwn(given, name) ? given[name] : undefined;
  return typeof value === 'object' ? value : null;
}

/** A header's value: parameters may hold what no header may. */
export const fillHeader = (template: string, given: ParameterValues): string =>
  fill(template, given)
    .replace(/[^\t\x20-\x7e\x80-\xff]/g, ' ')
    .trim();
