import type { LoggedEvent } from '../contract/manage.ts';
import type { Conversation } from './conversation.ts';
import { commandsHelp, type Line, readLine, type ScriptLine } from './lines.ts';
import { ChatError } from './server.ts';
import type { Terminal } from './terminal.ts';
import { showValue, Tracer } from './trace.ts';

/** What is shown of a conversation. */
export class Display {
  readonly #terminal: Terminal;
  readonly #tracer = new Tracer();
  /** Whether what goes on behind the words is shown. */
  traces: boolean;

  constructor(terminal: Terminal, traces: boolean) {
    this.#terminal = terminal;
    this.traces = traces;
  }

  readonly show = (event: LoggedEvent): void => {
    for (const line of this.#tracer.linesOf(event)) {
      if (line.kind === 'said') {
        // What a person has typed stands there already.
        if (line.by !== 'you' || !this.#terminal.isInteractive) this.#terminal.said(line.by, line.text);
      } else if (this.traces || line.kind === 'news') this.#terminal.trace(line.text);
    }
  };
}

export type TalkParts = Readonly<{ conversation: Conversation; terminal: Terminal; display: Display }>;

/** Plays a script: each line when the virtual agent rests. @throws ChatError that names the line. */
export async function playScript(parts: TalkParts, script: AsyncIterable<ScriptLine>): Promise<void> {
  const { conversation } = parts;
  await conversation.rested();
  for await (const { number, line } of script) {
    try {
      if (needsSession(line) && conversation.ended !== null) {
        throw new ChatError(
          `The session has ended (${conversation.ended}); take this line out, or let the flow go on.`,
        );
      }
      if (line.kind === 'quit') return;
      await follow(parts, line);
      await conversation.rested();
    } catch (error) {
      throw error instanceof ChatError ? new ChatError(`Line ${number}: ${error.message}`, error.exitCode) : error;
    }
  }
}

/** Takes what a person types until they quit or the session ends. @throws ChatError when it cannot go on. */
export async function converse(parts: TalkParts): Promise<void> {
  const { conversation, terminal } = parts;
  let over = false;
  const end = (): void => {
    over = true;
    terminal.close();
  };
  const ending = conversation.untilEnded().finally(end);
  ending.catch(() => {}); // It is awaited below.
  for await (const typed of terminal.lines()) {
    if (over) break;
    const line = readLine(typed);
    if (line.kind === 'quit') return;
    try {
      await follow(parts, line);
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      if (!over) terminal.complain(error.message);
    }
  }
  if (over) await ending;
}

const needsSession = ({ kind }: Line): boolean => ['say', 'as-live-agent', 'hand-back', 'set', 'leave'].includes(kind);

async function follow({ conversation, terminal, display }: TalkParts, line: Line): Promise<void> {
  switch (line.kind) {
    case 'say':
      return conversation.say(line.text);
    case 'as-live-agent':
      return conversation.answer(line.text);
    case 'hand-back':
      return conversation.handBack(line.result);
    case 'set':
      return conversation.setParameter(line.name, line.value);
    case 'leave':
      return conversation.leave();
    case 'parameters':
      for (const [name, value] of Object.entries(await conversation.parameters())) {
        if (!changing.has(name)) terminal.trace(`${name} is ${showValue(value)}`);
      }
      return;
    case 'nodes':
    case 'quiet':
      display.traces = line.kind === 'nodes';
      return;
    case 'help':
      return terminal.say(commandsHelp);
    case 'wrong':
      throw new ChatError(line.message, 2);
    default:
      return;
  }
}

/** Parameters of the system that differ in every conversation. */
const changing: ReadonlySet<string> = new Set([
  'SESSION_ID',
  'CONVERSATION_ID',
  'CONVERSATION_START_DATE',
  'CONVERSATION_START_TIME',
]);
