import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Chance } from '../../random.ts';
import { Program } from '../program.ts';
import type { Trouble } from '../record.ts';
import type { Network, Place } from './network.ts';

export type Node = {
  readonly number: number;
  readonly program: Program;
  readonly place: Place;
  readonly logFile: string;
  /** Something is done to it. */
  busy: boolean;
  serving: boolean;
};

export type FleetParts = Readonly<{
  network: Network;
  /** Where the logs go. */
  folder: string;
  /** What end users and desks take for the address of all nodes. */
  url: string;
  chance: Chance;
}>;

const reviveWithinMs = 120_000;
const startWithinMs = 60_000;
/** A stop waits for what the database was asked, and that for 10 s where a connection has died without a word. */
const stopWithinMs = 45_000;

/** The first node's clock is right; of the others one is an hour behind, the next two hours ahead, and so on. */
function clockThatIsWrong(number: number): string {
  if (number === 0) return '';
  const ms = number * 3_600_000 * (-1) ** number;
  const wrong = `const { now } = Date; Date.now = () => now() + ${ms};`;
  return `--import=data:text/javascript,${encodeURIComponent(wrong)}`;
}

/** The nodes: they know the database and nothing of each other. */
export class Fleet {
  readonly nodes: readonly Node[];
  readonly #chance: Chance;
  readonly troubles: Trouble[] = [];
  kills = 0;
  stops = 0;
  /** Starts that ended before they served, for the database was away. */
  failedStarts = 0;

  constructor({ network, folder, url, chance }: FleetParts) {
    this.#chance = chance;
    this.nodes = network.places.map((place, number) => {
      const { host, port, database, through } = place;
      const logFile = join(folder, `node-${number}.log`);
      const program = new Program({
        ...{ url: `http://${host}:${port}`, logFile, through },
        environment: {
          ...{ HOST: host, PORT: String(port), DATABASE_URL: `postgres://postgres:test@${database}/postgres` },
          ...{ BATON_URL: url, BATON_ALLOW_NETWORKS: network.allowed, NODE_OPTIONS: clockThatIsWrong(number) },
        },
      });
      return { number, program, place, logFile, busy: false, serving: false };
    });
  }

  get starts(): number {
    return this.nodes.reduce((sum, { program }) => sum + program.starts, 0);
  }

  /** Some node, which is marked as busy; null while nothing is done to one only: somebody has to be there. */
  take(): Node | null {
    const idle = this.nodes.filter(({ busy }) => !busy);
    if (idle.length <= 1) return null;
    const node = idle[this.#chance.between(0, idle.length - 1)];
    if (node === undefined) return null;
    node.busy = true;
    return node;
  }

  /** Waits until it serves, and starts it as often as that takes. @throws Error when it does not. */
  async revive(node: Node): Promise<void> {
    const end = performance.now() + reviveWithinMs;
    while (performance.now() < end) {
      if (!node.program.isRunning) node.program.spawn();
      if (await node.program.serves(startWithinMs)) {
        node.serving = true;
        node.busy = false;
        return;
      }
      if (!node.program.isRunning) this.failedStarts += 1;
      await pause(200);
    }
    const { logFile, program, number } = node;
    throw new Error(`Node ${number} did not serve again; ${logFile} says why. Its end:\n${program.lastWords}`);
  }

  /** @param isStarting it is killed once more while it starts. */
  async kill(node: Node, isStarting: boolean): Promise<void> {
    node.serving = false;
    await node.program.kill();
    this.kills += 1;
    if (!isStarting) return;
    node.program.spawn();
    await pause(this.#chance.between(20, 900));
    await node.program.kill();
    this.kills += 1;
  }

  /** Kills all others to which nothing is done, in the same moment. */
  async killIdle(): Promise<void> {
    const idle = this.nodes.filter(({ busy }) => !busy);
    for (const node of idle) node.busy = true;
    await Promise.all(idle.map((node) => this.kill(node, false)));
    for (const node of idle) void this.revive(node);
  }

  async stop(node: Node): Promise<void> {
    node.serving = false;
    const code = await node.program.stop(stopWithinMs);
    this.stops += 1;
    if (code === 0) return;
    const ended = code === null ? `did not end within ${stopWithinMs} ms` : `ended with ${code}`;
    this.#tell(`Node ${node.number} was asked to stop and ${ended}.`);
  }

  async killAll(): Promise<void> {
    await Promise.all(this.nodes.map(({ program }) => program.kill()));
  }

  /** A node that served and to which nothing was done must be there. */
  expectAlive(): void {
    for (const node of this.nodes) {
      if (node.busy || !node.serving || node.program.isRunning) continue;
      this.#tell(`Node ${node.number} ended by itself.`);
      node.busy = true;
      node.serving = false;
      void this.revive(node);
    }
  }

  /** What the nodes themselves call an error, what they say about a database that gives no answer apart. */
  readLogs(): void {
    for (const { logFile, number } of this.nodes) {
      const errors = readFileSync(logFile, 'utf8')
        .split('\n')
        .filter((line) => line.includes('"level":50') || /^\w*Error\b/.test(line))
        .filter((line) => !/StoreUnavailableError|The database does not answer/.test(line));
      for (const what of errors.slice(0, 10)) this.#tell(`Node ${number}: ${what}`);
    }
  }

  #tell(what: string): void {
    this.troubles.push({ kind: 'program', session: null, seq: null, what });
  }
}
