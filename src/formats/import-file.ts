import type { Flow } from '../core/flow/flow.ts';
import type { JsonObject } from './json.ts';
import type { ImportFailure, ImportNote } from './notes.ts';
import { readOwnExport } from './own-export.ts';
import { readStudioExport } from './studio/studio-export.ts';

/**
 * Bytes of a definition's JSON: what a server takes in one body, less what stands around it there. A larger one could be
 * neither saved nor published again.
 */
export const maxDefinitionBytes = 1_000_000;

export type ReadFile = Readonly<{ definition: JsonObject | Flow; notes: readonly ImportNote[] }>;

/**
 * Reads a virtual agent of whichever format the file is in: the zip that AI Studio exports, or our own JSON. What the
 * definition means is for the contract to read and for the core to check.
 * @param saidToBeJson what to complain about where it is neither.
 */
export function readImport(file: Uint8Array, saidToBeJson: boolean): ReadFile | ImportFailure {
  if (file.length === 0) return { message: 'The file is empty; give the zip of AI Studio, or the JSON of an agent.' };
  const isJson = !isZip(file) && (saidToBeJson || /^\s*[[{]/.test(beginning(file)));
  const read = isJson ? readJson(file) : readStudioExport(file);
  if ('message' in read) return read;
  const { definition, notes } = 'flow' in read ? { definition: read.flow, notes: read.notes } : { ...read, notes: [] };
  const size = new TextEncoder().encode(JSON.stringify(definition)).length;
  if (size <= maxDefinitionBytes) return { definition, notes };
  const message = `The virtual agent takes ${size} bytes, and ${maxDefinitionBytes} are the most; divide it into several.`;
  return { message };
}

const isZip = ([first, second]: Uint8Array): boolean => first === 0x50 && second === 0x4b;

/** A decoder takes a byte order mark away. */
const beginning = (file: Uint8Array): string => new TextDecoder().decode(file.subarray(0, 100));

function readJson(file: Uint8Array): ReturnType<typeof readOwnExport> {
  try {
    return readOwnExport(new TextDecoder('utf-8', { fatal: true }).decode(file));
  } catch {
    return { message: 'The file is no text in UTF-8; save it as such.' };
  }
}
