import { parseArgs } from 'node:util';
import { ChatError } from './server.ts';

export const chatUsage = `baton chat AGENT: talk to a virtual agent as its end user, and be its live agent too

  --template NAME     a virtual agent that comes with Baton, on a server of its own; baton templates lists them
  --file FLOW.json    the same with a definition of yours
  --user ID           who the end user is, across conversations
  --script FILE       play what FILE holds, a line each, instead of what is typed; so does a pipe
  --quiet             show the words only, not what the virtual agent does
  --url URL           where the server is
  --key KEY           a key with the scopes init, live-agent and read (BATON_KEY)
  --patience SECONDS  how long a script waits for the virtual agent, and anybody for the server (60)

Within the chat, /help lists what can be typed. In a script a line that begins with "# " is a remark; each line is said
when the flow waits for the end user or a live agent is connected. The exit code is 0 when the conversation or the script
came to its end, 1 when it could not go on, 2 when it could not begin.`;

/** Whom to talk to: one on a running server, or one on a server of its own. */
export type Whom =
  | Readonly<{ kind: 'agent'; agentId: string }>
  | Readonly<{ kind: 'template'; name: string }>
  | Readonly<{ kind: 'file'; path: string }>;

export type Asked = Readonly<{
  whom: Whom;
  url: string | null;
  key: string | null;
  userId: string | null;
  script: string | null;
  quiet: boolean;
  patienceMs: number;
}>;

/** @param argv what follows `chat`. @throws ChatError with a sentence. */
export function readArguments(argv: readonly string[]): Asked | 'help' {
  const { values, positionals } = parse(argv);
  if (values.help === true) return 'help';
  return {
    whom: whomIn(positionals, values.template, values.file),
    url: values.url === undefined ? null : baseUrl(values.url),
    key: values.key ?? null,
    userId: values.user ?? null,
    script: values.script ?? null,
    quiet: values.quiet === true,
    patienceMs: wholeNumber('--patience', values.patience ?? '60') * 1000,
  };
}

function parse(argv: readonly string[]) {
  const option = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        ...{ template: option, file: option, user: option, script: option, url: option, key: option, patience: option },
        ...{ quiet: flag, help: { ...flag, short: 'h' } },
      },
    });
  } catch (error) {
    throw usageError(`${error instanceof Error ? error.message : error}\nbaton chat --help lists the options.`);
  }
}

const usageError = (message: string): ChatError => new ChatError(message, 2);

function whomIn(agents: readonly string[], name: string | undefined, path: string | undefined): Whom {
  const [agentId] = agents;
  const found: readonly Whom[] = [
    ...(agentId === undefined ? [] : [{ kind: 'agent', agentId } as const]),
    ...(name === undefined ? [] : [{ kind: 'template', name } as const]),
    ...(path === undefined ? [] : [{ kind: 'file', path } as const]),
  ];
  const [whom] = found;
  if (whom === undefined) throw usageError('Which AGENT? Name one, or give --template or --file; --help says more.');
  if (found.length > 1 || agents.length > 1) {
    throw usageError('One virtual agent at a time: name an AGENT, a --template or a --file.');
  }
  return whom;
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (/^\d{1,6}$/.test(text) && number > 0) return number;
  throw usageError(`${name} is "${text}"; give a whole number from 1 on.`);
}

function baseUrl(text: string): string {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url.href.replace(/\/+$/, '');
  throw usageError(`--url is "${text}"; give a base URL such as http://127.0.0.1:3000.`);
}
