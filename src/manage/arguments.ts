import { parseArgs } from 'node:util';
import { ManageError } from './server.ts';

export const manageCommands = ['import', 'export', 'versions', 'return'] as const;
export type ManageCommand = (typeof manageCommands)[number];

export const isManageCommand = (word: string | undefined): word is ManageCommand =>
  (manageCommands as readonly (string | undefined)[]).includes(word);

/** How `baton help` tells of these commands. */
export const manageSummary = `  baton import FILE --agent ID
                           make a draft of what AI Studio exported (zip), or of a definition (JSON)
  baton export AGENT [FILE]
                           write the definition of a virtual agent
  baton versions AGENT     list its versions; --diff A B compares two
  baton return AGENT VERSION
                           publish an earlier version again; baton import --help lists all options`;

export const manageUsage = `baton import FILE --agent ID    make a draft of what AI Studio exported (zip), or of a definition (JSON)
  --replace           in the place of the draft that there is
  --publish           and publish it, if it has no faults
baton export AGENT [FILE]       write the definition of a virtual agent, to FILE or to standard output
  --version N         of an earlier version
  --draft             of the draft
  --force             over a FILE that is there
baton versions AGENT            list its versions, newest first
  --diff A B          what is not the same in version A and version B
baton return AGENT VERSION      publish an earlier version again, as a new one

  --url URL           where the server is
  --key KEY           a key with the scope manage; read is enough for export and versions (BATON_KEY)

The exit code is 0 when it was done, also when an import left something out, 1 when it was refused, 2 when the command
line cannot be followed.`;

const option = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

/** Options beside --url, --key and --help. */
const own = {
  import: { agent: option, replace: flag, publish: flag },
  export: { version: option, draft: flag, force: flag },
  versions: { diff: option },
  return: {},
} as const;

export type Asked = Readonly<{
  words: readonly string[];
  text: (name: string) => string | null;
  isSet: (name: string) => boolean;
  url: string | null;
  key: string | null;
}>;

/** @throws ManageError with a sentence. */
export function readArguments(command: ManageCommand, argv: readonly string[]): Asked | 'help' {
  const { values, positionals } = parse(command, argv);
  if (values.help === true) return 'help';
  const text = (name: string): string | null => {
    const value = values[name];
    return typeof value === 'string' ? value : null;
  };
  const url = text('url');
  return {
    words: positionals,
    text,
    isSet: (name) => values[name] === true,
    url: url === null ? null : baseUrl(url),
    key: text('key'),
  };
}

type Parsed = Readonly<{ values: Readonly<Record<string, unknown>>; positionals: readonly string[] }>;

function parse(command: ManageCommand, argv: readonly string[]): Parsed {
  const options = { ...own[command], url: option, key: option, help: { ...flag, short: 'h' } };
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, options });
  } catch (error) {
    throw usageError(`${error instanceof Error ? error.message : error}\nbaton ${command} --help lists the options.`);
  }
}

export const usageError = (message: string): ManageError => new ManageError(message, 2);

function baseUrl(text: string): string {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url.href.replace(/\/+$/, '');
  throw usageError(`--url is "${text}"; give a base URL such as http://127.0.0.1:3000.`);
}
