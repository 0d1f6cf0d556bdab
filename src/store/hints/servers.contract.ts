import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from '../../../tests/house/kit/free-port.ts';
import { until } from '../../../tests/house/kit/until.ts';

/** A server of hints for tests. */
export type HintServer = Readonly<{
  url: string;
  /** Null for a server that is not ours. */
  power: Power | null;
  close: () => Promise<void>;
}>;

export type Power = Readonly<{
  /** Killed. */
  down: () => Promise<void>;
  up: () => Promise<void>;
  /** It keeps its connections and says nothing. */
  freeze: () => void;
  thaw: () => void;
}>;

/** How a kind of server is started; `named` is the URL of one that is there already. */
export type Kind = Readonly<{
  program: string;
  named: string | undefined;
  scheme: string;
  args: (port: number, folder: string) => readonly string[];
}>;

export const natsServer: Kind = {
  program: 'nats-server',
  named: process.env.TEST_NATS_URL,
  scheme: 'nats',
  args: (port) => ['--addr', '127.0.0.1', '--port', String(port)],
};

export const redisServer: Kind = {
  program: 'redis-server',
  named: process.env.TEST_REDIS_URL,
  scheme: 'redis',
  args: (port, dir) => [
    ...['--bind', '127.0.0.1', '--port', String(port), '--dir', dir],
    ...['--save', '', '--appendonly', 'no'],
  ],
};

/** @returns why the tests cannot run here, or false. */
export function whyNot({ program, named, scheme }: Kind): string | false {
  if (named !== undefined || pathOf(program) !== null) return false;
  return `no ${program} on the PATH: install it, or name a server in TEST_${scheme.toUpperCase()}_URL`;
}

/** @returns a server of our own that is down, or the one that is named. */
export async function prepareServer(kind: Kind): Promise<HintServer> {
  if (kind.named !== undefined) return { url: kind.named, power: null, close: async () => {} };
  const folder = mkdtempSync(join(tmpdir(), `baton-${kind.scheme}-`));
  const port = await freePort();
  let child: ChildProcess | null = null;
  const down = async (): Promise<void> => {
    const ended = child;
    child = null;
    if (ended === null || ended.exitCode !== null) return;
    const exit = once(ended, 'exit');
    ended.kill('SIGKILL');
    await exit;
  };
  return {
    url: `${kind.scheme}://127.0.0.1:${port}`,
    power: {
      down,
      up: async () => {
        const started = spawn(pathOf(kind.program) ?? kind.program, kind.args(port, folder), { stdio: 'ignore' });
        child = started;
        await until(`${kind.program} listens`, () => {
          if (started.exitCode !== null) throw new Error(`${kind.program} ended with ${started.exitCode}.`);
          return listens(port);
        });
      },
      freeze: () => child?.kill('SIGSTOP'),
      thaw: () => child?.kill('SIGCONT'),
    },
    close: async () => {
      await down();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function pathOf(program: string): string | null {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return join(folder, program);
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
