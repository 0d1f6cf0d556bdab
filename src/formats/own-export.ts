import { deepestJson, isTooDeep } from '../platform/json-depth.ts';
import { field, isObject, type JsonObject, meddles } from './json.ts';
import type { ImportFailure } from './notes.ts';

/** Characters of a definition's JSON; a server takes less in one body. */
export const maxOwnExport = 10_000_000;

/** A definition as it was found: what it means is for the contract to read and for the core to check. */
export type OwnExport = Readonly<{ definition: JsonObject }>;

/** Reads a definition, alone or as an answer of `GET /agents/{agent_id}` holds it under `definition`. */
export function readOwnExport(text: string): OwnExport | ImportFailure {
  if (text.length > maxOwnExport) {
    return { message: `The file has more than ${maxOwnExport} characters; no virtual agent has so many.` };
  }
  if (isTooDeep(text)) return { message: `The file's JSON is nested deeper than ${deepestJson} levels; simplify it.` };
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return { message: 'The file is no JSON; give the JSON of a virtual agent, as GET /agents/{agent_id} answers it.' };
  }
  if (meddles(value)) return { message: 'The JSON has a field named __proto__ or constructor.prototype; remove it.' };
  const definition = isObject(field(value, 'definition')) ? field(value, 'definition') : value;
  if (isObject(definition) && isObject(field(definition, 'nodes'))) return { definition };
  return { message: 'The JSON is no virtual agent, for it has no "nodes"; give what GET /agents/{agent_id} answers.' };
}
