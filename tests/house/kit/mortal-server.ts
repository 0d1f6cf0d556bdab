import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { openStorage, type TestStorage } from './storage.ts';

/** The real program in a process of its own that can be killed and started again on the same database. */
export type MortalServer = Readonly<{
  /** Where it is reached now; every start has an address of its own. */
  url: () => string;
  /** SIGKILL: nothing of it runs on, nothing is tidied up. */
  kill: () => Promise<void>;
  start: () => Promise<void>;
  /** Kills it for good. */
  close: () => Promise<void>;
}>;

const program = fileURLToPath(new URL('./server-process.ts', import.meta.url));

const flags = ['--disable-warning=ExperimentalWarning'];

/**
 * @param environment all that the process gets of one.
 * @param mostFiles how many files and connections it may have open, where a shell can say so.
 */
export function mortalServer(environment: Readonly<Record<string, string>>, mostFiles?: number): MortalServer {
  const limited = ['-c', `ulimit -n ${mostFiles} && exec "$0" "$@"`, process.execPath, ...flags];
  const run = mostFiles === undefined ? { execArgv: flags } : { execPath: '/bin/sh', execArgv: limited };
  let child: ChildProcess | null = null;
  let storage: TestStorage | null = null;
  let url = '';
  const kill = async (): Promise<void> => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return {
    url: () => url,
    start: async () => {
      storage ??= await openStorage();
      const started = fork(program, [], {
        env: {
          PATH: process.env.PATH ?? '',
          PORT: '0',
          BATON_LOG_LEVEL: 'silent',
          ...storage.environment,
          ...environment,
        },
        ...run,
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      child = started;
      const died = once(started, 'exit').then(() => {
        throw new Error('The server ended before it served.');
      });
      died.catch(() => {}); // Later it may die as it likes.
      [url] = (await Promise.race([once(started, 'message'), died])) as [string];
    },
    kill,
    close: async () => {
      await kill();
      storage?.close();
    },
  };
}
