import { setImmediate as turn } from 'node:timers/promises';
import { createDisk } from './disk/disk.ts';
import { createModel } from './model/model.ts';
import { Desks } from './people/desk.ts';
import { EndUser } from './people/end-user.ts';
import { LiveAgents } from './people/live-agents.ts';
import { startOperator } from './people/operator.ts';
import { OutsideWorld } from './people/skills.ts';
import type { Plan } from './plan/plan.ts';
import { createFleet, type Ground, groundOf } from './program/fleet.ts';
import type { Host } from './program/host.ts';
import { Machine, type Outside } from './program/machine.ts';
import { startTroubles } from './program/troubles.ts';
import { tellAll } from './tell-all.ts';
import { Violation, type Witness } from './witness.ts';
import { requests } from './world/requests.ts';
import { createWorld, type Tell, type World } from './world/world.ts';

export type Outcome = Readonly<{
  violation: Violation | null;
  /** Simulated, ms. */
  lastedMs: number;
  steps: number;
  runs: number;
}>;

export type RunOptions = Readonly<{
  tell?: Tell;
  /** Who watches beside the judge. */
  witnesses?: (time: () => number) => readonly Partial<Witness>[];
}>;

/** After people have stopped every session ends by itself, and what is owed has arrived long before. */
const endOf = (plan: Plan): number => plan.untilMs + plan.sessionLifeMs + leapsOf(plan) + restOf(plan);

/**
 * Instances among others look every second whether something is due: an hour of it is long to play. What was written in a
 * flood is called for one after the other.
 */
function restOf({ nodes, users, network }: Plan): number {
  if (nodes === undefined) return 3_600_000;
  const floods = users.flatMap(({ acts }) => acts).map((act) => (act.kind === 'flood' ? act.count : 0));
  return 600_000 + floods.reduce((sum, count) => sum + count, 0) * network.latencyMs * 2.5;
}

/** Shortly before a session ends of itself, to see it end; and not before all is well. */
const lastLook = (plan: Plan, begunAt: number): number =>
  Math.max(plan.untilMs + 60_000, begunAt + plan.sessionLifeMs - 60_000);

/** A clock that is set back makes everything as much later. */
const leapsOf = ({ troubles }: Plan): number =>
  troubles.reduce((sum, one) => sum + Math.abs('leapMs' in one ? one.leapMs : one.kind === 'leap' ? one.ms : 0), 0);

/** Most steps of one simulation; whoever needs more goes round in circles. */
const mostSteps = 2_000_000;

/** Plays a plan to its end, or to the first promise that is broken. The same plan always plays the same. */
export async function run(plan: Plan, options: RunOptions = {}): Promise<Outcome> {
  const world = createWorld(plan.seed, options.tell ?? (() => {}));
  const stage = build(plan, world, options.witnesses?.(() => world.scheduler.time) ?? []);
  const { ground, witness } = stage;
  const until = endOf(plan);
  let steps = 0;
  let violation: Violation | null = null;
  try {
    begin(plan, stage);
    while (world.scheduler.step(until) !== null) {
      // Everything that follows from it without waiting happens now.
      await turn();
      steps += 1;
      stage.afterStep();
      witness.stepped();
      if (stage.failure !== null || ground.fatal() !== null) throw stage.failure ?? ground.fatal();
      if (steps > mostSteps) throw new Violation(0, `After ${steps} steps it still goes on.`);
    }
    witness.finished(ground.calls());
    if (stage.failure !== null) throw stage.failure;
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    violation = error;
    world.tell('judge', () => `invariant ${error.invariant} is broken: ${error.message}`);
  } finally {
    ground.dispose();
  }
  return { violation, lastedMs: world.scheduler.time, steps, runs: ground.runs() };
}

type Stage = {
  readonly world: World;
  readonly ground: Ground;
  readonly witness: Witness;
  readonly ask: ReturnType<typeof requests>;
  readonly users: readonly EndUser[];
  readonly afterStep: () => void;
  failure: Violation | null;
};

function build(plan: Plan, world: World, others: readonly Partial<Witness>[]): Stage {
  let built: Ground | null = null;
  const clocks = { time: () => world.scheduler.time, now: () => built?.now() ?? null };
  const judge = createModel(clocks, { isShared: plan.nodes !== undefined });
  // What the judge finds must not be caught by the program, which it would be where it is thrown.
  const witness = tellAll([recorded(judge, (found) => (stage.failure ??= found)), ...others]);
  const { network } = plan;
  const isOver = (): boolean => world.scheduler.time >= plan.untilMs;
  // What people and desks do is wrapped in a step: what they throw is the simulation's own fault and ends it.
  const host = (): Host => ground.host();
  const ask = requests({ world, witness, network, machine: host, failed: (one) => (stage.failure ??= one) });
  const people = new LiveAgents({ world, ask, isOver });
  const desks = new Desks({
    ...{ world, witness, network, desks: plan.desks, isOver },
    receive: (desk, call, isRepeat) => people.receive(desk, call, isRepeat),
  });
  const asked = new OutsideWorld({ world, witness, isOver });
  const outside: Outside = {
    callerFor: (...of) => desks.callerFor(...of),
    skillsFor: (...of) => asked.skillsFor(...of),
  };
  const ground = createGround(plan, world, witness, outside);
  built = ground;
  let sockets = 0;
  const newSocket = (): number => {
    sockets += 1;
    return sockets;
  };
  const user = { world, ask, isOver, witness, network, newSocket, machine: host };
  const users = plan.users.map((one) => new EndUser(user, one));
  const stage: Stage = { world, ground, witness, ask, users, afterStep: ground.trouble(), failure: null };
  return stage;
}

function createGround(plan: Plan, world: World, witness: Witness, outside: Outside): Ground {
  const { nodes, sessionLifeMs } = plan;
  if (nodes !== undefined) return createFleet({ world, witness, outside, plan, nodes });
  const disk = createDisk({
    onDurable: ({ session, events }) => witness.flushed(session, events),
    onPublished: (id, version, flow) => witness.published(id, version, flow),
  });
  const machine = new Machine({ world, disk, witness, outside, flushMs: plan.disk.flushMs, sessionLifeMs });
  return groundOf(machine, disk.calls, () => startTroubles(world, machine, plan));
}

function recorded(judge: Witness, record: (found: Violation) => void): Witness {
  const guarded = Object.entries(judge).map(([kind, told]) => {
    const guard = (...about: unknown[]): void => {
      try {
        (told as (...about: unknown[]) => void)(...about);
      } catch (error) {
        if (!(error instanceof Violation)) throw error;
        record(error);
      }
    };
    return [kind, guard] as const;
  });
  return Object.fromEntries(guarded) as unknown as Witness;
}

function begin(plan: Plan, { world, ground, ask, witness, users }: Stage): void {
  ground.start();
  void (async () => {
    for (const { id, flow } of plan.virtualAgents) {
      for (;;) {
        const answer = await ask({ who: 'operator', operation: 'publishAgent', params: { agent_id: id }, body: flow });
        if (answer?.status === 200) break;
        await world.pause(1_000);
      }
    }
  })();
  for (const one of users) void one.live(plan.untilMs, (begunAt) => lastLook(plan, begunAt));
  startOperator({ world, ask, witness, acts: plan.operator, untilMs: plan.untilMs });
}
