import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServerProcess } from '../../bench/server-process.ts';
import { stopwatch } from '../../src/platform/stopwatch.ts';

export const key = 'outage-key-of-sixteen-or-more';

const program = join(import.meta.dirname, '..', '..', 'bin', 'baton.mjs');

export type Figures = Readonly<{
  /** When they were read, on the stopwatch. */
  at: number;
  /** Null where the system does not tell, as with `shortUs`. */
  cpuUs: number | null;
  /** For how long somebody on this machine waited for a core (Linux, PSI). */
  shortUs: number | null;
  failedCalls: number;
  owed: number;
  memory: number;
}>;

const pressureFile = '/proc/pressure/cpu';

/** The real program in a process of its own. */
export class BatonServer {
  readonly #process: ServerProcess;

  private constructor(process: ServerProcess) {
    this.#process = process;
  }

  /** @param folder for its data, which exists. @param nodeArgs for Node itself. */
  static async start(folder: string, nodeArgs: readonly string[]): Promise<BatonServer> {
    const environment = { BATON_DATA: folder, BATON_KEY: key, BATON_ALLOW_NETWORKS: '127.0.0.1/32' };
    return new BatonServer(
      await ServerProcess.start([...nodeArgs, program, 'start'], { ...environment, BATON_LOG_LEVEL: 'warn' }),
    );
  }

  get url(): string {
    return this.#process.url;
  }

  /** What it tells of itself. @throws Error when it does not answer as it should. */
  async figures(): Promise<Figures> {
    const answer = await fetch(`${this.url}/metrics`, { headers: { 'x-vgai-key': key } });
    const text = await answer.text();
    const read = (name: string): number => {
      const value = new RegExp(`^baton_${name} (\\d+)`, 'm').exec(text)?.[1];
      if (value === undefined) throw new Error(`/metrics says nothing of baton_${name}: ${answer.status} ${text}`);
      return Number(value);
    };
    return {
      at: stopwatch(),
      cpuUs: process.platform === 'linux' ? this.#process.usage().cpuUs : null,
      shortUs: existsSync(pressureFile) ? shortOfCpu() : null,
      failedCalls: read('calls_failed_total'),
      owed: read('deliveries_owed'),
      memory: read('resident_memory_bytes'),
    };
  }

  stop(): Promise<void> {
    return this.#process.stop();
  }
}

function shortOfCpu(): number {
  return Number(/^some .*total=(\d+)/.exec(readFileSync(pressureFile, 'utf8'))?.[1]);
}
