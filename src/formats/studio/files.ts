import { isObject, type JsonObject, readTwice } from '../json.ts';
import { type ImportFailure, type Notes, plural } from '../notes.ts';
import { type Allowance, listZip, readEntry, type ZipEntry } from '../zip.ts';

export const maxZipBytes = 10_000_000;
export const maxZipEntries = 1000;
/** Of all the files that are read together. */
export const maxInflatedBytes = 20_000_000;
const mostNamesToTell = 10;
/** Files that are looked through for intents and entities. */
const mostCandidates = 10;

/** What an export holds: the agent, its version, and what it understands where that came along. */
export type StudioFiles = Readonly<{ agent: JsonObject; version: JsonObject; understanding: JsonObject | undefined }>;

const understandingFile = 'nlu-application.zip';

type Entries = Readonly<{ zip: Uint8Array; entries: readonly ZipEntry[]; allowance: Allowance }>;

export function readStudioFiles(zip: Uint8Array, notes: Notes): StudioFiles | ImportFailure {
  if (zip.length > maxZipBytes) {
    return { message: `The file has more than ${maxZipBytes} bytes; an exported agent is far smaller.` };
  }
  const entries = listZip(zip, maxZipEntries);
  if ('fault' in entries) return { message: `The file ${entries.fault}; give the zip that AI Studio exported.` };
  const files: Entries = { zip, entries, allowance: { left: maxInflatedBytes } };
  const agent = jsonOf(files, 'agent.json');
  if ('message' in agent) return agent;
  const version = jsonOf(files, 'version.json');
  if ('message' in version) return version;
  tellOthers(files, notes);
  return { agent: agent.json, version: version.json, understanding: understandingOf(files, notes) };
}

const baseName = (path: string): string => path.replaceAll('\\', '/').split('/').at(-1) ?? path;
const depth = (path: string): number => path.split(/[\\/]/).length;

/** The file of this name that lies the least deep: some zip the folder, not what is in it. */
const find = ({ entries }: Entries, name: string): ZipEntry | undefined =>
  entries
    .filter((entry) => baseName(entry.name) === name && !entry.name.startsWith('__MACOSX/'))
    .toSorted((one, other) => depth(one.name) - depth(other.name))[0];

function jsonOf(files: Entries, name: string): Readonly<{ json: JsonObject }> | ImportFailure {
  const entry = find(files, name);
  if (entry === undefined) {
    return { message: `The zip holds no ${name}; give the zip that AI Studio exported, as it is.` };
  }
  const bytes = readEntry(files.zip, entry, files.allowance);
  if ('fault' in bytes) return { message: `${name} in the zip ${bytes.fault}.` };
  const value = readTwice(new TextDecoder().decode(bytes));
  if (isObject(value)) return { json: value };
  return { message: `${name} in the zip holds no JSON object; export the agent anew.` };
}

function tellOthers({ entries }: Entries, notes: Notes): void {
  const read = new Set(['agent.json', 'version.json', understandingFile]);
  const others = entries.filter(({ name }) => !read.has(baseName(name)) && !/[\\/]$/.test(name));
  if (others.length === 0) return;
  const names = others.slice(0, mostNamesToTell).map(({ name }) => name);
  const more = others.length > names.length ? ', …' : '';
  notes.add('left-out', 'the zip', `${plural(others.length, 'other file')} not read: ${names.join(', ')}${more}.`);
}

/** Intents and entities lie in a zip within the zip. */
function understandingOf(files: Entries, notes: Notes): JsonObject | undefined {
  const entry = find(files, understandingFile);
  if (entry === undefined) return undefined;
  const bytes = readEntry(files.zip, entry, files.allowance);
  const fault = (text: string): undefined => {
    notes.add('left-out', understandingFile, `It ${text}; give intents their examples and entities their values anew.`);
  };
  if ('fault' in bytes) return fault(bytes.fault);
  const entries = listZip(bytes, maxZipEntries);
  if ('fault' in entries) return fault(entries.fault);
  const inner: Entries = { zip: bytes, entries, allowance: files.allowance };
  for (const { name } of entries.filter(({ name }) => name.endsWith('.json')).slice(0, mostCandidates)) {
    const read = jsonOf(inner, baseName(name));
    if ('json' in read && ('intents' in read.json || 'entities' in read.json)) return read.json;
  }
  return fault('holds no JSON with intents and entities');
}
