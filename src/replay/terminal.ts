/** The terminal of a person who replays. */
export type Terminal = Readonly<{
  /** Writes a line of the result. */
  say: (line: string) => void;
  /** Writes a line about something that is wrong. */
  complain: (line: string) => void;
  /** Shows how far it is: in place on a terminal, as a line now and then elsewhere. */
  progress: (share: number, text: string) => void;
  /** Takes away what shows the progress. */
  clear: () => void;
}>;

const barWidth = 24;
const linesApart = 40;

/** Results go to standard output, everything else to standard error. */
export function openTerminal(): Terminal {
  const { stdout, stderr } = process;
  let calls = 0;
  let shown = false;
  const clear = (): void => {
    if (shown) stderr.write('\r\u001B[K');
    shown = false;
  };
  return {
    say: (line) => {
      clear();
      stdout.write(`${line}\n`);
    },
    complain: (line) => {
      clear();
      stderr.write(`${line}\n`);
    },
    progress: (share, text) => {
      calls += 1;
      if (stderr.isTTY) {
        const line = `${bar(share)} ${text}`.slice(0, stderr.columns - 1);
        stderr.write(`\r${line}\u001B[K`);
        shown = true;
      } else if (calls % linesApart === 0) stderr.write(`${Math.floor(share * 100)} % ${text}\n`);
    },
    clear,
  };
}

function bar(share: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * barWidth);
  return `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${String(Math.floor(share * 100)).padStart(3)} %`;
}
