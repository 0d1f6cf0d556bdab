import { readFile } from 'node:fs/promises';
import { systemClock } from '../platform/clock.ts';
import { systemRandom } from '../platform/random.ts';
import { type Asked, chatUsage, readArguments } from './arguments.ts';
import { Conversation } from './conversation.ts';
import { readScriptLine, type ScriptLine } from './lines.ts';
import { CallError, ChatError, Server, sayWhyNot } from './server.ts';
import { atDesk, openTakingDesk } from './taking-desk.ts';
import { converse, Display, playScript, type TalkParts } from './talk.ts';
import { openTerminal, type Terminal } from './terminal.ts';

/** A server that nobody else uses. */
export type OwnServer = Readonly<{ url: string; key: string; stop: () => Promise<void> }>;

/** What holds where the command line says nothing, and what the chat cannot do itself. */
export type ChatDefaults = Readonly<{
  url: string;
  /** null when there is none: then `--key` is needed. */
  key: string | null;
  /** The definition of a template; null when there is none of this name. */
  template: (name: string) => unknown;
  /** Starts a server of its own, which may call this machine. */
  ownServer: () => Promise<OwnServer>;
  terminal?: Terminal;
}>;

/**
 * Runs `baton chat`.
 * @param argv what follows `chat`.
 * @returns the exit code.
 */
export async function chatCommand(argv: readonly string[], defaults: ChatDefaults): Promise<number> {
  const terminal = defaults.terminal ?? openTerminal(argv.some((word) => /^--script(=|$)/.test(word)));
  try {
    const asked = readArguments(argv);
    if (asked === 'help') terminal.say(chatUsage);
    else await chat(asked, defaults, terminal);
    return 0;
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    terminal.complain(error.message);
    return error.exitCode;
  } finally {
    terminal.close();
  }
}

type Place = Readonly<{ url: string; key: string; agentId: string; close: () => Promise<void> }>;

async function chat(asked: Asked, defaults: ChatDefaults, terminal: Terminal): Promise<void> {
  // Before anything begins, so that a script that cannot be played changes nothing.
  const script = asked.script === null ? null : await readScript(asked.script);
  const place = await placeFor(asked, defaults);
  const server = new Server(place.url, place.key);
  try {
    await talkTo(server, place.agentId, { asked, terminal, script });
  } finally {
    await server.close();
    await place.close();
  }
}

type Manner = Readonly<{ asked: Asked; terminal: Terminal; script: readonly ScriptLine[] | null }>;

async function talkTo(server: Server, agentId: string, { asked, terminal, script }: Manner): Promise<void> {
  const display = new Display(terminal, !asked.quiet);
  const clock = systemClock();
  const conversation = await Conversation.open(
    {
      ...{ server, clock, random: systemRandom(), patienceMs: asked.patienceMs },
      ...{ onEvent: display.show, onLine: terminal.complain },
    },
    { agentId, userId: asked.userId },
  );
  try {
    const parts = { conversation, terminal, display };
    if (script !== null) await playScript(parts, each(script));
    else if (terminal.isInteractive) await greeted(parts);
    else await playScript(parts, numbered(terminal.lines()));
  } finally {
    conversation.close();
  }
}

function greeted(parts: TalkParts): Promise<void> {
  parts.terminal.say('You are the end user. /help lists what else can be typed.');
  return converse(parts);
}

async function placeFor({ whom, url, key }: Asked, defaults: ChatDefaults): Promise<Place> {
  if (whom.kind === 'agent') {
    const known = key ?? defaults.key;
    if (known === null) throw new ChatError('A key is needed; give --key, or set BATON_KEY.', 2);
    return { url: url ?? defaults.url, key: known, agentId: whom.agentId, close: async () => {} };
  }
  if (url !== null) throw new ChatError('A --template or a --file gets a server of its own; leave out --url.', 2);
  const named = whom.kind === 'template' ? defaults.template(whom.name) : await readDefinition(whom.path);
  if (named === null && whom.kind === 'template') {
    throw new ChatError(`There is no template "${whom.name}"; baton templates lists them.`, 2);
  }
  return ownPlace(whom.kind === 'template' ? whom.name : 'chat', named, defaults);
}

async function ownPlace(agentId: string, definition: unknown, { ownServer }: ChatDefaults): Promise<Place> {
  const desk = await openTakingDesk();
  const { url, key, stop } = await ownServer();
  const server = new Server(url, key);
  const close = async (): Promise<void> => {
    await stop();
    await desk.close();
  };
  try {
    const body = atDesk(definition, desk.url) as object;
    await server.call({ method: 'PUT', path: `/agents/${agentId}`, body });
    return { url, key, agentId, close };
  } catch (error) {
    await close();
    throw error instanceof CallError ? sayWhyNot(error, url, agentId) : error;
  } finally {
    await server.close();
  }
}

/** A definition, alone or as `GET /agents/{agent_id}` and `GET /templates/{name}` answer it. */
async function readDefinition(path: string): Promise<unknown> {
  const text = await readText(path);
  try {
    const read: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    const isAnswer = typeof read === 'object' && read !== null && 'definition' in read && !('nodes' in read);
    return isAnswer ? read.definition : read;
  } catch {
    throw new ChatError(`${path} is no JSON; give the definition of a virtual agent.`, 2);
  }
}

/** @throws ChatError that names every line that cannot be played. */
async function readScript(path: string): Promise<readonly ScriptLine[]> {
  const lines = (await readText(path)).split('\n').map((typed, index) => readScriptLine(typed, index + 1));
  const wrong = lines.flatMap(({ number, line }) => (line.kind === 'wrong' ? [`Line ${number}: ${line.message}`] : []));
  if (wrong.length > 0) throw new ChatError(`${path} cannot be played.\n${wrong.join('\n')}`, 2);
  return lines;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new ChatError(`${path} cannot be read (${code}).`, 2);
  }
}

async function* each(script: readonly ScriptLine[]): AsyncIterable<ScriptLine> {
  yield* script;
}

async function* numbered(lines: AsyncIterable<string>): AsyncIterable<ScriptLine> {
  let number = 0;
  for await (const typed of lines) {
    number += 1;
    yield readScriptLine(typed, number);
  }
}
