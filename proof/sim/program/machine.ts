import type { DeskCaller } from '../../../src/outgoing/desk-caller.ts';
import type { Clock } from '../../../src/platform/clock.ts';
import type { Log } from '../../../src/platform/log.ts';
import type { Skills } from '../../../src/skills/skills.ts';
import type { Chance } from '../../random.ts';
import type { Disk } from '../disk/disk.ts';
import { Violation, type Witness } from '../witness.ts';
import type { Line } from '../world/line.ts';
import type { Owner } from '../world/scheduler.ts';
import type { World } from '../world/world.ts';
import type { Host } from './host.ts';
import { type Program, startProgram } from './program.ts';
import { clockOf, randomOf } from './runtime.ts';

/** Whatever a run of the program does outside: it makes calls, and asks for nodes. */
export type Outside = Readonly<{
  callerFor: (owner: Owner, clock: Clock, by: number) => DeskCaller;
  skillsFor: (owner: Owner, clock: Clock, by: number) => Skills;
}>;

export type MachineParts = Readonly<{
  world: World;
  disk: Disk;
  witness: Witness;
  outside: Outside;
  flushMs: number;
  sessionLifeMs: number;
}>;

/** Midnight, so that instants in a trace can be read. */
const epoch = Date.UTC(2026, 0, 1);

/** How long a killed program's errors may be told of a disk that refused. */
const aftermathMs = 5_000;

/** The machine on which the program runs, is killed and is started again. Its disk stays. */
export class Machine implements Host {
  readonly number = 0;
  readonly lines = new Set<Line>();
  readonly #parts: MachineParts;
  readonly #chance: Chance;
  #program: Program | null = null;
  #owner: Owner = { alive: false };
  #clock: Clock | null = null;
  #leapt = 0;
  #runs = 0;
  #refusedAt = Number.NEGATIVE_INFINITY;
  #fatal: Violation | null = null;

  constructor(parts: MachineParts) {
    this.#parts = parts;
    this.#chance = parts.world.chance('machine');
  }

  /** What the program's clock shows; null while none runs. */
  now(): number | null {
    return this.#clock?.now() ?? null;
  }

  get owner(): Owner {
    return this.#owner;
  }

  get program(): Program | null {
    return this.#program;
  }

  get runs(): number {
    return this.#runs;
  }

  get isUp(): boolean {
    return this.#program !== null;
  }

  /** An error of the program that nothing excuses. */
  get fatal(): Violation | null {
    return this.#fatal;
  }

  start(): void {
    if (this.#program !== null) return;
    const { world, disk, outside, witness } = this.#parts;
    this.#runs += 1;
    this.#owner = { alive: true };
    this.#clock = this.#clockOf(this.#owner);
    const run = this.#runs;
    world.tell('machine', () => (run === 1 ? 'starts the program' : 'starts the program again'));
    this.#program = startProgram({
      clock: this.#clock,
      random: randomOf(world.chance(`random/${run}`), run),
      log: this.#log(),
      store: { ...disk.open({ flush: this.#flusher(this.#owner) }), shared: null },
      sessionLifeMs: this.#parts.sessionLifeMs,
      caller: outside.callerFor(this.#owner, this.#clock, this.number),
      skills: outside.skillsFor(this.#owner, this.#clock, this.number),
      hints: null,
      sockets: () => [...this.lines].map(({ connection }) => connection),
      ready: () => witness.booted(this.number),
    });
  }

  /** The program ends between two of its steps. @param keeps share of what was not flushed that survives. */
  kill(keeps: number, isPowerCut: boolean): void {
    if (this.#program === null) return;
    const { world, disk, witness } = this.#parts;
    const unflushed = disk.unflushed();
    const kept = Math.round(unflushed * keeps);
    world.tell('machine', () => {
      const what = isPowerCut ? 'the power is cut' : 'the program is killed';
      return unflushed === 0 ? what : `${what}; of ${unflushed} writes that were not flushed ${kept} survive`;
    });
    this.#end();
    for (const line of [...this.lines]) line.programGone(isPowerCut);
    this.lines.clear();
    disk.crash(kept);
    witness.gone(this.number);
  }

  /** As an operator stops it. */
  async stop(): Promise<void> {
    const program = this.#program;
    if (program === null || program.state() !== 'ready') return;
    const { world, disk, witness } = this.#parts;
    world.tell('machine', () => 'the program is told to stop');
    const owner = this.#owner;
    await program.stop();
    if (!owner.alive) return;
    world.tell('machine', () => 'the program has stopped');
    this.#end();
    disk.crash(disk.unflushed());
    witness.gone(this.number);
  }

  /** The wall clock is set. */
  leap(ms: number): void {
    this.#leapt += ms;
    this.#parts.world.tell(
      'machine',
      () => `the wall clock is set ${ms < 0 ? 'back' : 'forward'} by ${Math.abs(ms)} ms`,
    );
  }

  refuse(refuses: boolean): void {
    const { disk, world, witness } = this.#parts;
    if (disk.refuse === refuses) return;
    disk.refuse = refuses;
    this.#refusedAt = world.scheduler.time;
    world.tell('machine', () => (refuses ? 'the disk is full' : 'the disk has room again'));
    witness.diskRefuses(refuses);
  }

  /** Nothing of it does anything any more. */
  dispose(): void {
    this.#end();
  }

  #end(): void {
    this.#owner.alive = false;
    this.#program = null;
    this.#clock = null;
  }

  #wall(): number {
    return epoch + this.#parts.world.scheduler.time + this.#leapt;
  }

  #clockOf(owner: Owner): Clock {
    const { scheduler } = this.#parts.world;
    const anchor = this.#wall() - scheduler.time;
    return clockOf(scheduler, owner, this.#chance, {
      now: () => Math.floor(anchor + scheduler.time),
      wall: () => Math.floor(this.#wall()),
    });
  }

  #flusher(owner: Owner): () => Promise<void> {
    const { world, disk, flushMs } = this.#parts;
    return () =>
      new Promise((resolve) => {
        const mark = disk.mark();
        world.scheduler.plan(owner, flushMs * (0.2 + this.#chance.next()), () => {
          disk.flushed(mark);
          resolve();
        });
      });
  }

  #log(): Log {
    const { world, disk } = this.#parts;
    const ignore = (): void => {};
    return {
      ...{ info: ignore, debug: ignore },
      warn: (fields, message) => world.tell('program', () => `warns: ${message} ${JSON.stringify(fields)}`),
      error: (fields, message) => {
        world.tell('program', () => `reports an error: ${message} ${JSON.stringify(fields)}`);
        if (disk.refuse || world.scheduler.time - this.#refusedAt < aftermathMs) return;
        this.#fatal ??= new Violation(0, `The program reports an error: ${message} ${JSON.stringify(fields)}`);
      },
    };
  }
}
