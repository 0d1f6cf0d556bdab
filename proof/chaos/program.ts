import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export const accountKey = 'chaos-key-of-sixteen-or-more';

const root = join(import.meta.dirname, '..', '..');
const lookEveryMs = 50;

/** The real program, `bin/baton.mjs start`, on one port and one data folder, killed and started again. */
export class Program {
  readonly url: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #logFile: string;
  #child: ChildProcess | null = null;
  #killing = false;
  /** How often it ended although nobody killed it. */
  ownEnds = 0;
  starts = 0;

  /** @param logFile takes its log and whatever it says when it ends. */
  constructor(port: number, folder: string, logFile: string) {
    this.url = `http://127.0.0.1:${port}`;
    this.#logFile = logFile;
    this.#environment = {
      ...{ PATH: process.env.PATH ?? '', PORT: String(port), BATON_DATA: folder, BATON_KEY: accountKey },
      ...{ BATON_SECRET: 'a-secret-for-chaos-only', BATON_ALLOW_NETWORKS: '127.0.0.1/32', BATON_LOG_LEVEL: 'warn' },
      ...{ BATON_MESSAGES_PER_SECOND: '1000000', BATON_MESSAGE_BURST: '1000000', BATON_CHATS_PER_MINUTE: '1000000' },
    };
  }

  get pid(): number | null {
    return this.isRunning ? (this.#child?.pid ?? null) : null;
  }

  get isRunning(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Starts the process, without waiting until it serves. */
  spawn(): void {
    const log = openSync(this.#logFile, 'a');
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'bin/baton.mjs', 'start'], {
      cwd: root,
      env: this.#environment,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.starts += 1;
    // Nobody may be left behind, however the driver ends.
    const leaveNobody = (): void => void child.kill('SIGKILL');
    process.once('exit', leaveNobody);
    child.on('exit', () => {
      process.off('exit', leaveNobody);
      if (!this.#killing) this.ownEnds += 1;
    });
    this.#child = child;
  }

  /** Resolves with true when it serves, with false when it ended before or `withinMs` passed. */
  async serves(withinMs: number): Promise<boolean> {
    const end = performance.now() + withinMs;
    while (this.isRunning && performance.now() < end) {
      if (await isReady(this.url)) return true;
      await pause(lookEveryMs);
    }
    return false;
  }

  /** SIGKILL: nothing of it runs on, nothing is tidied up. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === null || !this.isRunning) return;
    this.#killing = true;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    this.#killing = false;
  }
}

function isReady(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = get(`${url}/ready`, { agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asked.on('error', () => resolve(false));
  });
}

const lowestPort = 18_000;
const highestPort = 28_000;

/** A free port below those that the system gives to clients: one of these could be taken while the program is dead. */
export async function freePort(next: () => number): Promise<number> {
  for (;;) {
    const port = lowestPort + Math.floor(next() * (highestPort - lowestPort));
    const free = await new Promise<boolean>((resolve) => {
      const server = createServer();
      server.on('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
}
