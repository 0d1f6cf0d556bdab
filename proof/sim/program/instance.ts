import { leaseMs } from '../../../src/delivery/lease.ts';
import { steeredClock } from '../../../src/platform/clock.ts';
import type { Log } from '../../../src/platform/log.ts';
import type { Hints } from '../../../src/store/hints/hints.ts';
import { steer } from '../../../src/store/steer.ts';
import type { Chance } from '../../random.ts';
import type { DatabasePlan, InstancePlan } from '../plan/nodes.ts';
import { Connection, type Cut } from '../shared/connection.ts';
import type { HintNetwork } from '../shared/hint-network.ts';
import { epoch, type Server } from '../shared/server.ts';
import { type SharedStores, sharedStores } from '../shared/stores.ts';
import { Violation, type Witness } from '../witness.ts';
import type { Line } from '../world/line.ts';
import type { Owner } from '../world/scheduler.ts';
import type { World } from '../world/world.ts';
import { type Host, programName } from './host.ts';
import type { Outside } from './machine.ts';
import { type Program, startProgram } from './program.ts';
import { clockOf, randomOf } from './runtime.ts';

export type InstanceParts = Readonly<{
  world: World;
  server: Server;
  hints: HintNetwork;
  witness: Witness;
  outside: Outside;
  plan: InstancePlan;
  database: DatabasePlan;
  sessionLifeMs: number;
  /** Of all runs of all instances. */
  nextRun: () => number;
}>;

/** How long errors may be told after a statement failed. */
const aftermathMs = 45_000;
/** Whoever could not start is started again so soon. */
const startAgainMs = 1_000;

/** One of several machines on one database: it is started, stopped, killed, paused and cut off by itself. */
export class Instance implements Host {
  readonly number: number;
  readonly lines = new Set<Line>();
  readonly #parts: InstanceParts;
  readonly #chance: Chance;
  readonly #name: string;
  #owner: Owner = { alive: false };
  #program: Program | null = null;
  #connection: Connection | null = null;
  #leave: (() => Promise<void>) | null = null;
  #cut: Cut = null;
  #failedAt = Number.NEGATIVE_INFINITY;
  #joins = 0;
  #fatal: Violation | null = null;

  constructor(number: number, parts: InstanceParts) {
    this.number = number;
    this.#parts = parts;
    this.#name = programName(number);
    this.#chance = parts.world.chance(this.#name);
  }

  get program(): Program | null {
    return this.#program;
  }

  get owner(): Owner {
    return this.#owner;
  }

  get fatal(): Violation | null {
    return this.#fatal;
  }

  get isUp(): boolean {
    return this.#owner.alive;
  }

  get isPaused(): boolean {
    return Boolean(this.#owner.held);
  }

  start(): void {
    if (this.isUp) return;
    const { world } = this.#parts;
    const owner: Owner = { alive: true };
    this.#owner = owner;
    world.tell(this.#name, () => 'starts');
    this.#boot(owner).catch((error: unknown) => {
      if (!owner.alive) return;
      world.tell(this.#name, () => `cannot start: ${String(error)}`);
      this.#parts.witness.happened('start without a database');
      this.#end();
      world.scheduler.plan(world.outside, startAgainMs, () => this.start());
    });
  }

  /** It ends between two of its steps; what it sent stays sent. */
  kill(isPowerCut: boolean): void {
    if (!this.isUp) return;
    const { world, witness } = this.#parts;
    world.tell(this.#name, () => (isPowerCut ? 'loses its power' : 'is killed'));
    witness.happened('instance killed');
    this.#end();
    for (const line of [...this.lines]) line.programGone(isPowerCut);
    this.lines.clear();
    witness.gone(this.number);
  }

  /** As an operator stops it: what it holds is given back. */
  async stop(): Promise<void> {
    const [program, leave, owner] = [this.#program, this.#leave, this.#owner];
    if (program === null || leave === null || program.state() !== 'ready' || this.isPaused) return;
    const { world, witness } = this.#parts;
    world.tell(this.#name, () => 'is told to stop');
    witness.happened('instance stopped');
    await program.stop();
    if (!owner.alive) return;
    await leave();
    if (!owner.alive) return;
    world.tell(this.#name, () => 'has stopped');
    this.#end();
    for (const line of [...this.lines]) line.programGone(false);
    this.lines.clear();
    witness.gone(this.number);
  }

  pause(): void {
    if (!this.isUp || this.isPaused) return;
    const { world, witness } = this.#parts;
    world.tell(this.#name, () => 'stands still');
    world.scheduler.pause(this.#owner);
    witness.stalled(this.number, true);
  }

  goOn(forMs: number): void {
    if (!this.isUp || !this.isPaused) return;
    const { world, witness } = this.#parts;
    world.tell(this.#name, () => 'goes on');
    if (forMs > leaseMs) witness.happened('pause beyond the lease');
    world.scheduler.goOn(this.#owner);
    witness.stalled(this.number, false);
  }

  /** @param how it is cut off from the database; null for not any more. */
  cutOff(how: Cut): void {
    if (this.#cut === how) return;
    const { world, witness } = this.#parts;
    this.#cut = how;
    world.tell(this.#name, () =>
      how === null ? 'reaches the database again' : `is cut off from the database (${how})`,
    );
    if (how !== null) witness.happened(`cut, ${how}`);
    this.#connection?.cutOff(how);
    witness.stalled(this.number, how !== null);
  }

  dispose(): void {
    this.#end();
  }

  #end(): void {
    this.#owner.alive = false;
    this.#program = null;
    this.#leave = null;
    this.#connection = null;
  }

  /** In the order of `storage.ts` and `app.ts`. */
  async #boot(owner: Owner): Promise<void> {
    const { world, server, hints: network, witness } = this.#parts;
    const { skewMs, driftMs } = this.#parts.plan;
    const now = (): number => Math.floor(epoch + skewMs + world.scheduler.time * (1 + driftMs / 1_000));
    const clock = steeredClock(clockOf(world.scheduler, owner, this.#chance, { now, wall: now }));
    const stores = this.#connect(owner, server);
    const stopSteering = await steer(clock, stores.shared, this.#log());
    const instance = await stores.shared.join(leaseMs);
    const hints: Hints = network.connect(owner);
    hints.listenAs(instance);
    if (!owner.alive) return;
    this.#leave = async () => {
      stopSteering();
      await stores.shared.leave().catch(() => witness.happened('leave failed'));
      hints.tell([{ kind: 'gone', instance: stores.shared.self() }]);
      await hints.close();
    };
    const run = this.#parts.nextRun();
    this.#program = startProgram({
      ...{ clock, hints, store: stores, sessionLifeMs: this.#parts.sessionLifeMs, log: this.#log() },
      random: randomOf(world.chance(`random/${run}`), run),
      caller: this.#parts.outside.callerFor(owner, clock, this.number),
      skills: this.#parts.outside.skillsFor(owner, clock, this.number),
      sockets: () => [...this.lines].map(({ connection }) => connection),
      ready: () => {
        if (!owner.alive) return;
        witness.booted(this.number);
      },
    });
  }

  #connect(owner: Owner, server: Server): SharedStores {
    const { world, witness, database: plan } = this.#parts;
    const connection = new Connection({
      ...{ world, server, plan, owner, name: this.#name, chance: this.#chance },
      happened: witness.happened,
      failed: () => {
        this.#failedAt = world.scheduler.time;
      },
    });
    connection.cutOff(this.#cut);
    this.#connection = connection;
    const stores = sharedStores({
      ...{ database: server.database, ask: connection.ask, happened: witness.happened },
      now: () => server.now(),
      isLocked: () => server.isLocked(),
    });
    this.#joins = 0;
    const join = async (leaseMs: number): Promise<number> => {
      this.#joins += 1;
      if (this.#joins > 1) witness.happened('taken for gone, begins anew');
      return stores.shared.join(leaseMs);
    };
    return { ...stores, shared: { ...stores.shared, join } };
  }

  #log(): Log {
    const { world } = this.#parts;
    const ignore = (): void => {};
    return {
      ...{ info: ignore, debug: ignore },
      warn: (fields, message) => world.tell(this.#name, () => `warns: ${message} ${JSON.stringify(fields)}`),
      error: (fields, message) => {
        const text = `reports an error: ${message} ${JSON.stringify(fields)}`;
        world.tell(this.#name, () => text);
        if (text.includes('StoreUnavailableError')) return;
        if (this.#cut !== null || world.scheduler.time - this.#failedAt < aftermathMs) return;
        this.#fatal ??= new Violation(0, `${this.#name} ${text}`);
      },
    };
  }
}
