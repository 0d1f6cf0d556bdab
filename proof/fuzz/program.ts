import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const door = fileURLToPath(new URL('../../bin/baton.mjs', import.meta.url));

export const accountKey = 'a-key-that-only-the-fuzzer-has';

/** The real program with its desk, in a process and a folder of its own. */
export class Program {
  readonly folder = mkdtempSync(join(tmpdir(), 'baton-fuzz-'));
  /** All that it printed and logged. */
  output = '';
  url = '';
  #child: ChildProcess | null = null;
  #ended: string | null = null;

  /** A stored key with the scope `read` only. */
  readerKey = '';

  /** @throws Error with what it said when it does not serve. */
  async start(): Promise<void> {
    const env = { PATH: process.env.PATH ?? '', ...this.#environment() };
    const own = ['--disable-warning=ExperimentalWarning', door];
    const made = spawnSync(process.execPath, [...own, 'keys', 'add', 'reader', '--scopes', 'read'], {
      env,
      encoding: 'utf8',
    });
    this.readerKey = /[\w-]{24,}/.exec(made.stdout)?.[0] ?? '';
    if (this.readerKey === '') throw new Error(`No key was made: ${made.stdout}${made.stderr}`);
    const child = spawn(process.execPath, [...own, 'start'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    const hear = (chunk: Buffer): void => {
      this.output += chunk.toString('utf8');
    };
    child.stderr.on('data', hear);
    child.stdout.on('data', hear);
    child.on('exit', (code, signal) => {
      this.#ended = `it ended with ${signal ?? `status ${code}`}`;
    });
    while (!/Baton serves at \S+\n[\s\S]*#setup=\S+/.test(this.output)) {
      await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
      if (this.#ended !== null) throw new Error(`The program does not start: ${this.#ended}\n${this.output}`);
    }
    this.url = /Baton serves at (\S+)/.exec(this.output)?.[1] ?? '';
  }

  #environment(): Record<string, string> {
    return {
      ...{ PORT: '0', BATON_DATA: this.folder, BATON_KEY: accountKey, BATON_LOG_LEVEL: 'debug' },
      // Limits that a test of limits is for: here they would hide what lies behind them.
      ...{ BATON_MESSAGES_PER_SECOND: '1000000', BATON_MESSAGE_BURST: '1000000', BATON_CHATS_PER_MINUTE: '1000000' },
      BATON_ALLOW_NETWORKS: '127.0.0.1/32',
    };
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** The token of the link that makes the owner. */
  get setupToken(): string {
    return /#setup=(\S+)/.exec(this.output)?.[1] ?? '';
  }

  /** How it ended, or null while it lives. */
  get ended(): string | null {
    return this.#ended;
  }

  /** Resident memory in bytes; 0 where the system does not tell. */
  memory(): number {
    const file = `/proc/${this.#child?.pid}/status`;
    if (!existsSync(file)) return 0;
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(file, 'utf8'))?.[1] ?? 0) * 1024;
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child !== null && this.#ended === null) {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
