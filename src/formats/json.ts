import { isTooDeep } from '../platform/json-depth.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A field by its first name that the object has itself; inherited ones are none. */
export function field(value: unknown, ...names: readonly string[]): unknown {
  if (!isObject(value)) return undefined;
  for (const name of names) {
    const found = Object.hasOwn(value, name) ? value[name] : undefined;
    if (found !== undefined && found !== null) return found;
  }
  return undefined;
}

/** Text that may go anywhere: without U+0000 and lone surrogates. */
export const clean = (text: string): string => text.replaceAll('\u0000', '').toWellFormed();

/** A field that is told as text: a string, or a number; never an empty one. */
export function textField(value: unknown, ...names: readonly string[]): string | undefined {
  const found = field(value, ...names);
  if (typeof found === 'number' && Number.isFinite(found)) return String(found);
  const text = typeof found === 'string' ? clean(found) : '';
  return text === '' ? undefined : text;
}

export function numberField(value: unknown, ...names: readonly string[]): number | undefined {
  const found = field(value, ...names);
  const number = typeof found === 'string' && found.trim() !== '' ? Number(found) : found;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

export const flagField = (value: unknown, ...names: readonly string[]): boolean => {
  const found = field(value, ...names);
  return found === true || found === 'true';
};

/** The objects of a list, or of a map, whose keys then stand in for ids that are missing. */
export function objectsOf(value: unknown): readonly JsonObject[] {
  if (Array.isArray(value)) return value.filter(isObject);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    isObject(item) ? [idOf(item) === undefined ? { ...item, _id: key } : item] : [],
  );
}

/** Whether a field somewhere in it is one that objects inherit from: servers and pages refuse such JSON. */
export function meddles(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Object.hasOwn(value, '__proto__')) return true;
  if (isObject(value) && isObject(field(value, 'constructor')) && Object.hasOwn(value.constructor, 'prototype'))
    return true;
  return Object.values(value).some(meddles);
}

export const idOf = (value: unknown): string | undefined => textField(value, '_id', 'id');

/**
 * Reads JSON, and once more what it holds when that is a string with JSON in it.
 * @returns undefined when it is no JSON, is nested too deep, or is a string that holds none.
 */
export function readTwice(text: string): unknown {
  const once = parse(text);
  return typeof once === 'string' ? parse(once) : once;
}

function parse(text: string): unknown {
  if (isTooDeep(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
