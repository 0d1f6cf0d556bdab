import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../house/kit/free-port.ts';
import type { Closing } from './browser.ts';

const door = fileURLToPath(new URL('../../../bin/baton.mjs', import.meta.url));

/** The real command line program, which can be killed and started again on the same data and the same port. */
export type Program = Readonly<{
  url: string;
  port: number;
  folder: string;
  /** What it has printed since its last start. */
  printed: () => string;
  start: () => Promise<void>;
  /** SIGKILL: nothing is tidied up. */
  kill: () => Promise<void>;
}>;

export type ProgramOptions = Readonly<{
  /** @param port that it is to listen on. @param folder for its data. */
  args: (port: number, folder: string) => readonly string[];
  environment?: (port: number, folder: string) => Readonly<Record<string, string>>;
}>;

/** The demonstration, as `npm start` starts it. */
export const startDemo = (t: Closing): Promise<Program> =>
  startProgram(t, {
    args: () => ['start', '--demo'],
    environment: (port, folder) => ({ PORT: String(port), BATON_DATA: folder }),
  });

/** Starts a program of this test; it and its data are gone when the test ends. */
export async function startProgram(t: Closing, { args, environment }: ProgramOptions): Promise<Program> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'baton-web-'));
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;
  let printed = '';
  const kill = async (): Promise<void> => {
    const killed = child;
    child = null;
    if (killed === null || killed.exitCode !== null || killed.signalCode !== null) return;
    const gone = once(killed, 'exit');
    killed.kill('SIGKILL');
    await gone;
  };
  const start = async (): Promise<void> => {
    printed = '';
    child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', door, ...args(port, folder)], {
      env: { PATH: process.env.PATH ?? '', BATON_LOG_LEVEL: 'error', ...environment?.(port, folder) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { stdout } = child;
    if (stdout === null) throw new Error('The program has no output.');
    stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
    while (!printed.includes(' serves at ')) {
      if (child.exitCode !== null) throw new Error(`The program ended before it served: ${printed}`);
      await Promise.race([once(stdout, 'data'), once(child, 'exit')]);
    }
  };
  t.after(async () => {
    await kill();
    rmSync(folder, { recursive: true, force: true });
  });
  await start();
  return { url, port, folder, printed: () => printed, start, kill };
}
