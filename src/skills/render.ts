import type { Json } from '../core/flow/asking.ts';
import { type ParameterValues, render, showValue } from '../core/flow/parameters.ts';

/** Inserts given parameters; a name without a value is left out, for nothing outside knows what `$NAME` means. */
export const fill = (template: string, given: ParameterValues): string =>
  render(template, (name) => (Object.hasOwn(given, name) ? given[name] : ''));

/** A URL with parameters behind its host, each percent-encoded, so that none becomes a path or a field of its own. */
export function fillUrl(
  url: string,
  query: Readonly<Record<string, string>> | undefined,
  given: ParameterValues,
): string {
  const filled = render(url, (name) =>
    encodeURIComponent(sound(Object.hasOwn(given, name) ? (given[name] ?? '') : '')),
  );
  const parsed = URL.parse(filled);
  if (parsed === null || query === undefined) return filled;
  for (const [name, template] of Object.entries(query)) parsed.searchParams.append(name, fill(template, given));
  return parsed.href;
}

const sound = (value: string | readonly string[]): string => showValue(value).toWellFormed();

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
