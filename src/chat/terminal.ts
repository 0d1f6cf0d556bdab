import { createInterface, type Interface } from 'node:readline';
import { styleText } from 'node:util';
import type { Speaker } from './trace.ts';

/** The terminal of a person who chats, or the pipe of a script. */
export type Terminal = Readonly<{
  /** Whether a person types here. */
  isInteractive: boolean;
  said: (by: Speaker, text: string) => void;
  /** What goes on behind the words. */
  trace: (text: string) => void;
  say: (text: string) => void;
  /** About something that is wrong. */
  complain: (text: string) => void;
  /** What is typed, line by line, until the end of the input or Ctrl-C. */
  lines: () => AsyncIterable<string>;
  /** Ends the lines. */
  close: () => void;
}>;

const prompt = 'you> ';

/**
 * The conversation goes to standard output, everything else to standard error.
 * @param isRead whether nobody is asked to type, for there is a script.
 */
export function openTerminal(isRead: boolean): Terminal {
  const { stdin, stdout, stderr } = process;
  const isInteractive = !isRead && stdin.isTTY === true && stdout.isTTY === true;
  let typing: Interface | null = null;
  const write = (stream: NodeJS.WriteStream, text: string): void => {
    if (typing === null || !isInteractive) return void stream.write(`${text}\n`);
    stdout.write('\r\u001B[K');
    stream.write(`${text}\n`);
    typing.prompt(true);
  };
  // The stream is asked whether it takes colours, NO_COLOR included.
  const styled = (style: 'dim' | 'cyan' | 'yellow' | 'green', text: string): string =>
    styleText(style, text, { stream: stdout });
  return {
    isInteractive,
    said: (by, text) => write(stdout, `${styled(colours[by], `${by}>`)} ${hanging(clean(text), `${by}> `.length)}`),
    trace: (text) => write(stdout, styled('dim', `  · ${hanging(clean(text), 4)}`)),
    say: (text) => write(stdout, clean(text)),
    complain: (text) => write(stderr, clean(text)),
    lines: async function* () {
      const lines = createInterface({ input: stdin, ...(isInteractive ? { output: stdout, prompt } : {}) });
      typing = lines;
      lines.on('SIGINT', () => lines.close());
      if (isInteractive) lines.prompt();
      for await (const line of lines) {
        yield line;
        if (isInteractive && typing !== null) lines.prompt();
      }
    },
    close: () => {
      if (isInteractive && typing !== null) stdout.write('\r\u001B[K');
      typing?.close();
      typing = null;
      // An open standard input would keep the process.
      stdin.unref?.();
    },
  };
}

const colours = { you: 'green', bot: 'cyan', 'live agent': 'yellow' } as const;

/** Strangers' texts may hold what controls a terminal. */
const clean = (text: string): string => text.replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\n\t]/gu, '\uFFFD');

const hanging = (text: string, indent: number): string => text.replaceAll('\n', `\n${' '.repeat(indent)}`);
