import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export const accountKey = 'chaos-key-of-sixteen-or-more';

const root = join(import.meta.dirname, '..', '..');
const lookEveryMs = 50;
const mostWords = 2_000;

export type ProgramOptions = Readonly<{
  /** Where it is reached. */
  url: string;
  /** What differs from one program to the other: where it listens, and where the data are. */
  environment: Readonly<Record<string, string>>;
  /** Takes its log and whatever it says when it ends. */
  logFile: string;
  /** A command that it is started through. */
  through?: readonly string[];
}>;

/** The real program, `bin/baton.mjs start`, killed and started again. */
export class Program {
  readonly url: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #logFile: string;
  readonly #command: readonly string[];
  #child: ChildProcess | null = null;
  #killing = false;
  /** How often it ended although nobody killed it. */
  ownEnds = 0;
  starts = 0;

  constructor({ url, environment, logFile, through = [] }: ProgramOptions) {
    this.url = url;
    this.#logFile = logFile;
    this.#command = [...through, process.execPath];
    this.#environment = {
      ...{ PATH: process.env.PATH ?? '', BATON_KEY: accountKey, BATON_LOG_LEVEL: 'warn', ...environment },
      ...{ BATON_MESSAGES_PER_SECOND: '1000000', BATON_MESSAGE_BURST: '1000000', BATON_CHATS_PER_MINUTE: '1000000' },
    };
  }

  get pid(): number | null {
    return this.isRunning ? (this.#child?.pid ?? null) : null;
  }

  /** The last that it has said. */
  get lastWords(): string {
    return readFileSync(this.#logFile, 'utf8').slice(-mostWords);
  }

  get isRunning(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Starts the process, without waiting until it serves. */
  spawn(): void {
    const log = openSync(this.#logFile, 'a');
    const [command = '', ...before] = this.#command;
    const child = spawn(command, [...before, '--disable-warning=ExperimentalWarning', 'bin/baton.mjs', 'start'], {
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
    await this.#end('SIGKILL');
  }

  /** SIGTERM. @returns the code with which it ended; null when it had to be killed. */
  async stop(withinMs: number): Promise<number | null> {
    const child = this.#child;
    const timer = setTimeout(() => child?.kill('SIGKILL'), withinMs);
    await this.#end('SIGTERM');
    clearTimeout(timer);
    return child?.exitCode ?? null;
  }

  /** Nothing of it runs until `resume`. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child === null || !this.isRunning) return;
    this.#killing = true;
    const gone = once(child, 'exit');
    child.kill(signal);
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
