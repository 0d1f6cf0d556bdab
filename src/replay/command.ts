import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type Dialogue, DialogueFileError, readDialogues } from './dialogues.ts';
import type { Quantiles } from './latencies.ts';
import { ReplayError } from './publish-agent.ts';
import { type Difference, type Progress, type ReplayOptions, type ReplayReport, replay } from './replay.ts';
import { openTerminal, type Terminal } from './terminal.ts';

/** What holds where the command line says nothing. */
export type ReplayDefaults = Readonly<{
  url: string;
  /** null when there is none: then `--key` is needed. */
  key: string | null;
  /** Played when no FILE is given; without them a FILE is needed. */
  dialogues?: readonly Dialogue[];
  terminal?: Terminal;
}>;

export const replayUsage = `baton replay FILE: play recorded dialogues through a running server and verify every word

FILE has one JSON object a line: {"id": "…", "turns": [{"from": "user" | "live_agent", "text": "…"}]}

  --repeat N          play the whole file N times (1)
  --sessions N        conversations at once (50)
  --url URL           where the server is
  --key KEY           a key with the scopes init, live-agent, manage and read (BATON_KEY)
  --desk-host HOST    under which the server reaches this machine (127.0.0.1); it then listens on every address
  --patience SECONDS  how long nothing may come before a conversation is given up (60)

It plays both sides: end users at their sockets and a live agent's desk, for a virtual agent of its own, "baton-replay".
The server must be allowed to call that desk: BATON_ALLOW_NETWORKS=127.0.0.1/32. The exit code is 0 when every text
arrived exactly once, in order and unchanged, 1 when something differed, 2 when it could not begin.`;

/** The command line cannot be followed; the message says why. */
class UsageError extends Error {}

/**
 * Runs `baton replay`.
 * @param argv what follows `replay`.
 * @returns the exit code.
 */
export async function replayCommand(argv: readonly string[], defaults: ReplayDefaults): Promise<number> {
  const terminal = defaults.terminal ?? openTerminal();
  try {
    const asked = readArguments(argv, defaults);
    if (asked === 'help') {
      terminal.say(replayUsage);
      return 0;
    }
    const dialogues = await readFrom(asked.file, defaults);
    const report = await replay({ ...asked.options, dialogues, progress: (progress) => show(terminal, progress) });
    terminal.clear();
    for (const line of summary(report)) terminal.say(line);
    for (const difference of report.differences) terminal.complain(describe(difference));
    return report.differing === 0 && report.skipped === 0 ? 0 : 1;
  } catch (error) {
    if (!isSpoken(error)) throw error;
    terminal.complain(error.message);
    return 2;
  }
}

const isSpoken = (error: unknown): error is Error =>
  error instanceof UsageError || error instanceof ReplayError || error instanceof DialogueFileError;

type Asked = Readonly<{ file: string | undefined; options: Omit<ReplayOptions, 'dialogues'> }>;

function readArguments(argv: readonly string[], defaults: ReplayDefaults): Asked | 'help' {
  const { values, positionals } = parse(argv);
  if (values.help === true) return 'help';
  const [file, ...more] = positionals;
  if (more.length > 0) throw new UsageError('One FILE at a time; baton replay --help says more.');
  const key = values.key ?? defaults.key;
  if (key === null) throw new UsageError('A key is needed; give --key, or set BATON_KEY.');
  const options = {
    url: baseUrl(values.url ?? defaults.url),
    key,
    repeat: wholeNumber('--repeat', values.repeat ?? '1'),
    sessions: wholeNumber('--sessions', values.sessions ?? '50'),
    patienceMs: wholeNumber('--patience', values.patience ?? '60') * 1000,
    deskHost: values['desk-host'] ?? null,
  };
  return { file, options };
}

function parse(argv: readonly string[]) {
  const option = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        ...{ repeat: option, sessions: option, url: option, key: option, patience: option },
        ...{ 'desk-host': option, help: { type: 'boolean', short: 'h' } },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\nbaton replay --help lists the options.`);
  }
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (/^\d{1,7}$/.test(text) && number > 0) return number;
  throw new UsageError(`${name} is "${text}"; give a whole number from 1 on.`);
}

function baseUrl(text: string): string {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url.href.replace(/\/+$/, '');
  throw new UsageError(`--url is "${text}"; give a base URL such as http://127.0.0.1:3000.`);
}

async function readFrom(file: string | undefined, defaults: ReplayDefaults): Promise<readonly Dialogue[]> {
  if (file === undefined) {
    if (defaults.dialogues !== undefined) return defaults.dialogues;
    throw new UsageError('Which FILE? baton replay --help says what it holds.');
  }
  try {
    return readDialogues(await readFile(file, 'utf8'));
  } catch (error) {
    if (error instanceof DialogueFileError) throw new DialogueFileError(`${file} cannot be played.\n${error.message}`);
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError(`${file} cannot be read (${code}).`);
  }
}

function show(terminal: Terminal, progress: Progress): void {
  const { conversations, ofConversations, messages, differences, elapsedMs } = progress;
  const rate = elapsedMs < 1 ? 0 : Math.round((messages * 1000) / elapsedMs);
  const wrong = differences === 0 ? '' : `, ${differences} differ`;
  const text = `${conversations} of ${ofConversations} conversations, ${messages} messages, ${rate}/s${wrong}`;
  terminal.progress(conversations / ofConversations, text);
}

function summary(report: ReplayReport): readonly string[] {
  const { conversations, messages, repeats, retries, differing, skipped, elapsedMs, messagesPerSecond } = report;
  const seconds = (elapsedMs / 1000).toFixed(1);
  const verdict =
    differing === 0
      ? 'every text arrived exactly once, in order and unchanged'
      : `${differing} differ${skipped === 0 ? '' : `, ${skipped} conversations were not begun any more`}`;
  return [
    `${conversations} conversations, ${messages} messages in ${seconds} s: ${Math.round(messagesPerSecond)} messages/s`,
    `accepted → desk ${say(report.acceptedToDesk)}, outbound → end user ${say(report.outboundToUser)}`,
    `${repeats} repeated calls, ${retries} tries again on this side`,
    `${verdict}.`,
  ];
}

const say = (quantiles: Quantiles): string =>
  quantiles === null ? '—' : `p50 ${quantiles.p50.toFixed(1)} ms, p99 ${quantiles.p99.toFixed(1)} ms`;

const longestShown = 300;

function describe({ dialogue, session, where, expected, got }: Difference): string {
  const cut = (text: string): string => {
    const shown = JSON.stringify(text);
    return shown.length > longestShown ? `${shown.slice(0, longestShown)}… (${text.length} characters)` : shown;
  };
  const place = [dialogue && `dialogue ${dialogue}`, session && `session ${session}`, where].filter(Boolean).join(', ');
  return `\n${place}:\n  expected ${cut(expected)}\n  got      ${cut(got)}`;
}
