import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Chance } from '../../random.ts';
import type { ActResult } from '../act.ts';
import { Caller } from '../caller.ts';
import { Crowd } from '../crowd.ts';
import { Desks } from '../desks.ts';
import { accountKey, freePort } from '../program.ts';
import { readLogs } from '../read-logs.ts';
import type { Trouble } from '../record.ts';
import { publish, settled, settleWithinMs } from '../stages.ts';
import { Balancer } from './balancer.ts';
import { Database } from './database.ts';
import { type Fault, type FaultCounts, faultNames, shuffled } from './faults.ts';
import { Fleet, type Node } from './fleet.ts';
import { type Network, type NetworkWay, openNetwork } from './network.ts';

export type NodesActOptions = Readonly<{
  folder: string;
  chance: Chance;
  nodes: number;
  faults: FaultCounts;
  messages: number;
  /** Sessions at a time. */
  atOnce: number;
  desks: 'all' | 'brisk';
  network: NetworkWay | 'best';
  stop: AbortSignal;
  say: (line: string) => void;
}>;

type Parts = Readonly<{ network: Network; database: Database; balancer: Balancer; fleet: Fleet; url: string }>;

/** How long things last, ms; a pause is longer than the lease of an instance, which is 8 s. */
const spans = {
  all: { pause: [12_000, 20_000], cut: [2_000, 25_000], deaf: [4_000, 12_000] },
  brisk: { pause: [9_000, 10_000], cut: [2_000, 6_000], deaf: [2_000, 4_000] },
} as const satisfies Record<string, Record<string, readonly [number, number]>>;
/** Says what was done when, and how everybody was. */
export const timelineFile = 'timeline.log';
/** The next fault does not wait longer than this, however few messages come through. */
const mostBetweenMs = 12_000;

/** Whether nodes are stopped, and nothing else is done to them. */
const isRolling = (faults: FaultCounts): boolean =>
  Object.entries(faults).every(([fault, many]) => many === 0 || fault === 'stop');

const lasting = (chance: Chance, [least, most]: readonly [number, number]): number => chance.between(least, most);

/** Several nodes on one database under load, with all that is done to them, until nothing is owed. */
export class NodesAct {
  readonly #options: NodesActOptions;
  readonly #parts: Parts;
  readonly #caller: Caller;
  readonly #crowd: Crowd;
  readonly #desks: Desks;
  readonly #troubles: Trouble[] = [];
  readonly #under = new Set<Promise<void>>();
  readonly #done: Record<Fault, number> = {
    kill: 0,
    stop: 0,
    pause: 0,
    cut: 0,
    restart: 0,
    crash: 0,
    reset: 0,
    deafen: 0,
  };
  #accepted = 0;
  #databaseBusy = false;
  #failure: unknown = null;

  private constructor(options: NodesActOptions, parts: Parts) {
    this.#options = options;
    this.#parts = parts;
    const { chance, atOnce } = options;
    const { url, network } = parts;
    const onTrouble = (trouble: Trouble): void => void this.#troubles.push(trouble);
    const onOddity = (what: string): void => onTrouble({ kind: 'program', session: null, seq: null, what });
    this.#caller = new Caller(url, accountKey, { heedsRetryAfter: true, onOddity });
    const onAccepted = (): void => {
      this.#accepted += 1;
    };
    this.#crowd = new Crowd({
      ...{ url, caller: this.#caller, chance: chance.fork('crowd'), atOnce, onAccepted, onTrouble },
      ...{ brisk: options.desks === 'brisk', isOneOfSeveral: true },
    });
    this.#desks = new Desks({
      ...{ chance: chance.fork('desks'), host: network.deskHost },
      find: (id) => this.#crowd.sessions.get(id),
      onTaken: (session, kind, body) => this.#crowd.take(session, kind, body),
      onStranger: (id, kind) =>
        onTrouble({ kind: 'invented', session: id, seq: null, what: `A ${kind} call of no session.` }),
    });
  }

  static async play(options: NodesActOptions): Promise<ActResult> {
    mkdirSync(options.folder, { recursive: true });
    const next = options.chance.fork('port').next;
    const ports: number[] = [];
    for (let node = 0; node < options.nodes; node += 1) ports.push(await freePort(next));
    const databasePort = await freePort(next);
    const network = await openNetwork({ ports, databasePort, way: options.network });
    options.say(`${options.nodes} nodes; cut from the database by ${network.way}`);
    try {
      const database = await Database.start(network, databasePort);
      try {
        return await NodesAct.#playOn(options, network, database);
      } finally {
        await database.stop();
      }
    } finally {
      network.close();
    }
  }

  static async #playOn(options: NodesActOptions, network: Network, database: Database): Promise<ActResult> {
    const balancer = new Balancer(network.places);
    await balancer.open(await freePort(options.chance.fork('balancer').next));
    const url = `http://127.0.0.1:${balancer.port}`;
    const fleet = new Fleet({ network, folder: options.folder, url, chance: options.chance.fork('fleet') });
    const act = new NodesAct(options, { network, database, balancer, fleet, url });
    try {
      return await act.#play();
    } finally {
      act.#crowd.cut();
      act.#caller.close();
      balancer.close();
      await fleet.killAll();
      await act.#desks.close();
    }
  }

  async #play(): Promise<ActResult> {
    const { chance, faults, messages, say, stop } = this.#options;
    const { fleet, database } = this.#parts;
    const begun = performance.now();
    const seconds = (): number => (performance.now() - begun) / 1_000;
    await this.#desks.open();
    await Promise.all(fleet.nodes.map((node) => fleet.revive(node)));
    await publish(this.#caller, this.#desks);
    this.#crowd.begin();
    database.watch(this.#note);
    const plan = shuffled(faults, chance.fork('plan'));
    for (const [index, fault] of plan.entries()) {
      if (stop.aborted) break;
      // An upgrade goes from node to node.
      if (isRolling(faults)) await Promise.all(this.#under);
      await this.#whenAccepted((messages / (plan.length + 1)) * (index + 0.5 + chance.next() * 0.5), mostBetweenMs);
      await this.#begin(fault);
      if (index % 10 === 9) say(`${index + 1} faults, ${this.#accepted} accepted, ${this.#crowd.busy} sessions open`);
    }
    await Promise.all(this.#under);
    await this.#whenAccepted(messages, Number.POSITIVE_INFINITY);
    const loadSeconds = seconds();
    await this.#settle();
    say(
      `${this.#accepted} accepted in ${Math.round(loadSeconds)} s; nothing is owed ${Math.round(seconds() - loadSeconds)} s later`,
    );
    // All that is judged is what the database has after it went down once more with all nodes. What became of calls is
    // not flushed by itself, so some are made again first.
    await fleet.killAll();
    await database.restart('immediate', 0);
    await Promise.all(fleet.nodes.map((node) => fleet.revive(node)));
    await this.#settle();
    await database.judge();
    const sessions = [...this.#crowd.sessions.values()];
    await readLogs(this.#caller, sessions);
    fleet.readLogs();
    this.#troubles.push(...fleet.troubles, ...database.troubles);
    return {
      ...{ name: 'nodes', sessions, troubles: this.#troubles, accepted: this.#accepted, done: this.#counts() },
      ...{ connections: this.#crowd.connections, loadSeconds, treated: this.#desks.treated, seconds: seconds() },
    };
  }

  #counts(): Readonly<Record<string, number>> {
    const { fleet, balancer, database } = this.#parts;
    const done = Object.entries({ ...this.#done, kill: fleet.kills, stop: fleet.stops });
    return {
      ...Object.fromEntries(done.map(([fault, many]) => [faultNames[fault as Fault], many])),
      ...{ starts: fleet.starts, 'starts without a database': fleet.failedStarts },
      ...{ 'sockets that came back at another node': balancer.moved },
      ...{ 'requests answered': this.#caller.answered, 'of them sent again': this.#caller.repeated },
      ...{ 'most tries of one': this.#caller.mostTries },
      ...{ 'requests that no node answered': balancer.unanswered, 'looks into the database': database.looks },
    };
  }

  async #settle(): Promise<void> {
    const parts = { crowd: this.#crowd, desks: this.#desks, caller: this.#caller, keepUp: this.#keepUp };
    this.#troubles.push(...(await settled(parts)));
  }

  /** Keeps what happened when, for whoever looks for the cause of a trouble. */
  readonly #note = (line: string): void => {
    appendFileSync(
      join(this.#options.folder, timelineFile),
      `${new Date().toISOString()} ${this.#parts.balancer.well} ${this.#accepted} ${line}\n`,
    );
  };

  readonly #keepUp = (): void => {
    if (this.#failure !== null) throw this.#failure;
    this.#parts.fleet.expectAlive();
  };

  async #whenAccepted(many: number, withinMs: number): Promise<void> {
    const end = performance.now() + withinMs;
    // Nothing at all that is accepted is a trouble too, and not to be waited for for ever.
    let [seen, movedAt] = [this.#accepted, performance.now()];
    while (this.#accepted < many && performance.now() < end && !this.#options.stop.aborted) {
      this.#keepUp();
      if (this.#accepted > seen) [seen, movedAt] = [this.#accepted, performance.now()];
      if (performance.now() - movedAt > settleWithinMs)
        throw new Error(`Nothing was accepted for ${settleWithinMs} ms.`);
      await pause(10);
    }
  }

  /** Begins one fault as soon as there is somebody to do it to; others may be under way. */
  async #begin(fault: Fault): Promise<void> {
    const isOfNode = fault === 'kill' || fault === 'stop' || fault === 'pause' || fault === 'cut';
    let node = isOfNode ? this.#parts.fleet.take() : null;
    while (isOfNode ? node === null : this.#databaseBusy) {
      this.#keepUp();
      await pause(50);
      node = isOfNode ? this.#parts.fleet.take() : null;
    }
    this.#done[fault] += 1;
    const name = `${fault}${node === null ? '' : ` of node ${node.number}`}`;
    this.#note(`begins: ${name}`);
    const doing = (node === null ? this.#toDatabase(fault) : this.#toNode(fault, node)).then(
      () => {
        this.#note(`over: ${name}`);
        if (node !== null) node.busy = false;
      },
      (error: unknown) => {
        this.#failure ??= error;
      },
    );
    this.#under.add(doing);
    void doing.finally(() => this.#under.delete(doing));
  }

  async #toNode(fault: Fault, node: Node): Promise<void> {
    const { chance, desks } = this.#options;
    const { fleet } = this.#parts;
    switch (fault) {
      case 'pause':
        node.program.pause();
        await pause(lasting(chance, spans[desks].pause));
        node.program.resume();
        break;
      case 'cut':
        node.place.cut(chance.happens(0.5));
        await pause(lasting(chance, spans[desks].cut));
        // Its connections stay at the database, which knows of nothing.
        if (chance.happens(0.25)) await fleet.kill(node, false);
        node.place.heal();
        break;
      case 'stop':
        await fleet.stop(node);
        break;
      default:
        if (chance.happens(0.1)) await fleet.killIdle();
        await fleet.kill(node, chance.happens(0.15));
    }
    await fleet.revive(node);
  }

  async #toDatabase(fault: Fault): Promise<void> {
    const { chance, desks } = this.#options;
    const { database } = this.#parts;
    if (fault === 'deafen') {
      const end = performance.now() + lasting(chance, spans[desks].deaf);
      while (performance.now() < end) {
        await database.deafen().catch(() => {});
        await pause(100);
      }
      return;
    }
    if (fault === 'reset') return database.reset().catch(() => {});
    this.#databaseBusy = true;
    await database.restart(fault === 'crash' ? 'immediate' : 'fast', chance.between(0, 3_000));
    this.#databaseBusy = false;
  }
}
