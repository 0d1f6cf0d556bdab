import { readFile, writeFile } from 'node:fs/promises';
import type { Static } from 'typebox';
import type { PublishAnswer, VersionList } from '../contract/agents/agents.ts';
import { type ImportAnswer, importFile } from '../contract/agents/imports.ts';
import { difference } from '../core/flow/difference.ts';
import type { Flow } from '../core/flow/flow.ts';
import { type Asked, type ManageCommand, manageUsage, readArguments, usageError } from './arguments.ts';
import { differenceLines } from './difference-lines.ts';
import { faultLines, importLines, plain, versionLine } from './lines.ts';
import { CallError, ManageError, openServer, type Server } from './server.ts';

/** What holds where the command line says nothing, and where lines go. */
export type ManageDefaults = Readonly<{
  url: string;
  /** null when there is none: then `--key` is needed. */
  key: string | null;
  /** A line of the result. */
  say: (line: string) => void;
  /** A line about something that is wrong. */
  complain: (line: string) => void;
}>;

type Work = Readonly<{ asked: Asked; server: Server; say: (line: string) => void }>;

const commands: Readonly<Record<ManageCommand, (work: Work) => Promise<void>>> = {
  import: importAgent,
  export: exportAgent,
  versions: listVersions,
  return: returnTo,
};

/**
 * Runs `baton import`, `export`, `versions` or `return` through a running server.
 * @param argv what follows the command.
 * @returns the exit code.
 */
export async function manageCommand(
  command: ManageCommand,
  argv: readonly string[],
  { url, key, say, complain }: ManageDefaults,
): Promise<number> {
  try {
    const asked = readArguments(command, argv);
    if (asked === 'help') {
      say(manageUsage);
      return 0;
    }
    const known = asked.key ?? key;
    if (known === null) throw usageError('A key is needed; give --key, or set BATON_KEY.');
    await commands[command]({ asked, server: openServer(asked.url ?? url, known), say });
    return 0;
  } catch (error) {
    if (!(error instanceof ManageError) && !(error instanceof CallError)) throw error;
    complain(plain(error.message.replaceAll('\n', '\u0001')).replaceAll('\u0001', '\n'));
    return error instanceof ManageError ? error.exitCode : 1;
  }
}

const pathOf = (id: string, rest = ''): string => `/agents/${encodeURIComponent(id)}${rest}`;

async function importAgent({ asked, server, say }: Work): Promise<void> {
  const [path, ...more] = asked.words;
  const id = asked.text('agent');
  if (path === undefined || more.length > 0 || id === null) {
    throw usageError('Name one file and the virtual agent that it is for: baton import FILE --agent ID.');
  }
  const bytes = await readBytes(path);
  const revision = asked.isSet('replace') ? await revisionOf(server, id) : null;
  const query = revision === null ? '' : `?revision=${revision}`;
  const type = bytes[0] === 0x50 ? 'application/zip' : 'application/json';
  const call = { method: 'POST', wants: 'report', path: pathOf(id, `/import${query}`), file: { bytes, type } } as const;
  const saved = await server<Static<typeof ImportAnswer>>(call).catch((error: unknown) => {
    throw isDraftThere(error) && revision === null ? new ManageError(draftIsThere(id)) : error;
  });
  for (const line of importLines(saved, plain(path))) say(line);
  if (!asked.isSet('publish')) return;
  if (saved.faults.length > 0) throw new ManageError('It is not published, for it is to be repaired first.');
  const toPublish = pathOf(id, '/draft/publish');
  const publish = { method: 'POST', wants: 'version', path: toPublish, body: { revision: saved.revision } } as const;
  const { version } = await server<Static<typeof PublishAnswer>>(publish);
  say(`It is published as version ${version}.`);
}

const isDraftThere = (error: unknown): boolean => error instanceof CallError && error.body.code === 'draft-overtaken';
const draftIsThere = (id: string): string =>
  `There is a draft of ${id} already; publish or discard it, or give --replace to put this in its place.`;

async function readBytes(path: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new ManageError(`${path} cannot be read (${error.code}).`);
  });
  if (bytes.length <= importFile.most) return bytes;
  throw new ManageError(`${path} has ${bytes.length} bytes, and ${importFile.most} are the most that is taken.`);
}

/** The revision of the draft that there is; null for none. */
async function revisionOf(server: Server, id: string): Promise<number | null> {
  try {
    return (await server<{ revision: number }>({ method: 'GET', wants: 'revision', path: pathOf(id, '/draft') }))
      .revision;
  } catch (error) {
    if (error instanceof CallError && error.body.code === 'draft-not-found') return null;
    throw error;
  }
}

async function exportAgent({ asked, server, say }: Work): Promise<void> {
  const [id, file, ...more] = asked.words;
  if (id === undefined || more.length > 0) throw usageError('Name one virtual agent: baton export AGENT [FILE].');
  const version = asked.text('version');
  const isDraft = asked.isSet('draft');
  if (isDraft && version !== null) throw usageError('Give --version or --draft, not both.');
  const rest = isDraft ? '/draft' : version === null ? '' : `/versions/${numberIn(version)}`;
  const { definition } = await server<{ definition: object }>({
    method: 'GET',
    wants: 'definition',
    path: pathOf(id, rest),
  });
  const json = JSON.stringify(definition, null, 2);
  if (file === undefined) return say(json);
  await writeFile(file, `${json}\n`, { flag: asked.isSet('force') ? 'w' : 'wx' }).catch(
    (error: NodeJS.ErrnoException) => {
      const isThere = error.code === 'EEXIST';
      throw new ManageError(
        isThere
          ? `${file} is there already; give --force to write over it.`
          : `${file} cannot be written (${error.code}).`,
      );
    },
  );
}

async function listVersions({ asked, server, say }: Work): Promise<void> {
  if (asked.text('diff') !== null) return compareVersions({ asked, server, say });
  const [id, ...more] = asked.words;
  if (id === undefined || more.length > 0) throw usageError('Name one virtual agent: baton versions AGENT.');
  let after: number | null = null;
  do {
    const query: string = after === null ? '' : `&after=${after}`;
    const path = pathOf(id, `/versions?limit=1000${query}`);
    const page: Static<typeof VersionList> = await server({ method: 'GET', wants: 'versions', path });
    for (const version of page.versions) say(versionLine(version));
    after = page.next_after;
  } while (after !== null);
}

async function compareVersions({ asked, server, say }: Work): Promise<void> {
  const [id, to, ...more] = asked.words;
  const from = asked.text('diff');
  if (id === undefined || to === undefined || from === null || more.length > 0) {
    throw usageError('Name a virtual agent and two of its versions: baton versions AGENT --diff A B.');
  }
  const read = async (version: number): Promise<Flow> => {
    const call = { method: 'GET', wants: 'definition', path: pathOf(id, `/versions/${version}`) } as const;
    return (await server<{ definition: Flow }>(call)).definition;
  };
  const [first, second] = [numberIn(from), numberIn(to)];
  const [before, after] = await Promise.all([read(first), read(second)]);
  for (const line of differenceLines(difference(before, after))) say(line);
}

async function returnTo({ asked, server, say }: Work): Promise<void> {
  const [id, version, ...more] = asked.words;
  if (id === undefined || version === undefined || more.length > 0) {
    throw usageError('Name a virtual agent and one of its versions: baton return AGENT VERSION.');
  }
  const path = pathOf(id, `/versions/${numberIn(version)}/restore`);
  const restored = await server<Static<typeof PublishAnswer>>({
    method: 'POST',
    wants: 'version',
    path,
    body: {},
  }).catch((error: unknown) => {
    if (!(error instanceof CallError) || error.body.code !== 'invalid-flow') throw error;
    const faults = faultLines(error.body.faults ?? []).join('\n');
    throw new ManageError(`Version ${version} cannot be published as it is; export it, and repair:\n${faults}`);
  });
  say(`Version ${version} of ${id} is published again, as version ${restored.version}.`);
}

function numberIn(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw usageError(`"${text}" is no version; give a whole number, as baton versions lists them.`);
}
