import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** What a process has used: CPU in µs since its start, resident memory now and at most, in bytes. Linux only. */
export type Usage = Readonly<{ cpuUs: number; rss: number; mostRss: number }>;

/** Of one thread, `isMain` of the one that the program began with: time on a core, and time that it waited for one, µs. */
export type ThreadUsage = Readonly<{ isMain: boolean; cpuUs: number; waitedUs: number }>;

const tickUs = 10_000;

/** What must not outlive this process, whatever happens. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A server in a process of its own, which prints the address that it serves at. */
export class ServerProcess {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  /** Starts `node args` with more environment; resolves when it has printed its address and is ready. */
  static async start(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<ServerProcess> {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
      env: { ...process.env, NODE_OPTIONS: '', PORT: '0', ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    for await (const line of createInterface({ input: child.stdout })) {
      const [url] = /http:\/\/\S+/.exec(line) ?? [];
      if (url === undefined) continue;
      child.stdout.resume();
      const ready = await fetch(`${url}/ready`);
      if (ready.ok) return new ServerProcess(child, url);
    }
    throw new Error(`${args.join(' ')} ended before it served.`);
  }

  usage(): Usage {
    const [, rest = ''] = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8').split(') ');
    const [user, system] = rest.split(' ').slice(11, 13).map(Number);
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    const bytes = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
    return { cpuUs: ((user ?? 0) + (system ?? 0)) * tickUs, rss: bytes('VmRSS'), mostRss: bytes('VmHWM') };
  }

  /** By the number of the thread; of those that run. */
  threads(): ReadonlyMap<string, ThreadUsage> {
    const { pid } = this.#child;
    const tasks = `/proc/${pid}/task`;
    const usage = (id: string): ThreadUsage => {
      const [cpu = 0, waited = 0] = readFileSync(`${tasks}/${id}/schedstat`, 'utf8').split(' ').map(Number);
      return { isMain: id === String(pid), cpuUs: cpu / 1000, waitedUs: waited / 1000 };
    };
    return new Map(readdirSync(tasks).map((id) => [id, usage(id)]));
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill(signal);
    await once(this.#child, 'exit');
  }
}
