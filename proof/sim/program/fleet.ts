import type { Chance } from '../../random.ts';
import type { NodesPlan, NodeTrouble } from '../plan/nodes.ts';
import type { Plan } from '../plan/plan.ts';
import { HintNetwork } from '../shared/hint-network.ts';
import { Server } from '../shared/server.ts';
import type { DiskCall, Violation, Witness } from '../witness.ts';
import type { World } from '../world/world.ts';
import type { Host } from './host.ts';
import { Instance } from './instance.ts';
import type { Machine, Outside } from './machine.ts';

/** What stands where a plan has one machine or several. */
export type Ground = Readonly<{
  /** Where the next request or socket lands. */
  host: () => Host;
  start: () => void;
  /** What the clock that counts shows; null while nobody is there who has one. */
  now: () => number | null;
  calls: () => readonly DiskCall[];
  fatal: () => Violation | null;
  runs: () => number;
  /** Brings the plan's troubles on. @returns what is to be called after each step. */
  trouble: () => () => void;
  dispose: () => void;
}>;

type FleetParts = Readonly<{ world: World; witness: Witness; outside: Outside; plan: Plan; nodes: NodesPlan }>;

/** Several instances on one database. */
export function createFleet({ world, witness, outside, plan, nodes }: FleetParts): Ground {
  const server = new Server(world, witness);
  const hints = new HintNetwork(world, nodes.hints, witness.happened);
  let runs = 0;
  const nextRun = (): number => {
    runs += 1;
    return runs;
  };
  const instances = nodes.instances.map(
    (one, index) =>
      new Instance(index + 1, {
        ...{ world, server, hints, witness, outside, nextRun },
        ...{ plan: one, database: nodes.database, sessionLifeMs: plan.sessionLifeMs },
      }),
  );
  const chance = world.chance('balancer');
  return {
    host: () => pick(instances, chance),
    start: () => {
      for (const one of instances) one.start();
    },
    now: () => (instances.some(({ isUp }) => isUp) ? server.now() : null),
    calls: () => server.database.calls(),
    fatal: () => instances.find(({ fatal }) => fatal !== null)?.fatal ?? null,
    runs: () => runs,
    trouble: () => startNodeTroubles({ world, server, hints, instances, plan, nodes }),
    dispose: () => {
      for (const one of instances) one.dispose();
    },
  };
}

/** Any that runs, paused ones too; where none does, one that takes nothing. */
function pick(instances: readonly Instance[], chance: Chance): Host {
  const running = instances.filter(({ program }) => program !== null);
  const some = running.length === 0 ? instances : running;
  const found = some[chance.between(0, some.length - 1)];
  if (found === undefined) throw new Error('A plan has at least one instance.');
  return found;
}

type TroubleParts = Readonly<{
  world: World;
  server: Server;
  hints: HintNetwork;
  instances: readonly Instance[];
  plan: Plan;
  nodes: NodesPlan;
}>;

type Later = { readonly trouble: Extract<NodeTrouble, { steps: number }>; steps: number };

/** Many begin some steps after their time, so that they fall between any two. */
function startNodeTroubles(parts: TroubleParts): () => void {
  const { world, server, hints, instances, plan, nodes } = parts;
  const { scheduler, outside } = world;
  let waiting: Later[] = [];
  for (const trouble of nodes.troubles) {
    scheduler.plan(outside, trouble.at, () => {
      if (scheduler.time >= plan.untilMs) return;
      if ('steps' in trouble) waiting.push({ trouble, steps: trouble.steps });
      else begin(parts, trouble);
    });
  }
  scheduler.plan(outside, plan.untilMs, () => {
    waiting = [];
    server.comeUp();
    server.isCalm = true;
    hints.isCalm = true;
    hints.die(false, true);
    for (const one of instances) {
      one.goOn(0);
      one.cutOff(null);
      one.start();
    }
  });
  return () => {
    for (const one of waiting) one.steps -= 1;
    const ready = waiting.filter(({ steps }) => steps <= 0);
    if (ready.length === 0) return;
    waiting = waiting.filter(({ steps }) => steps > 0);
    for (const { trouble } of ready) begin(parts, trouble);
  };
}

function begin({ world, server, hints, instances }: TroubleParts, trouble: NodeTrouble): void {
  const { scheduler, outside } = world;
  const later = (ms: number, action: () => void): void => void scheduler.plan(outside, ms, action);
  const one = 'instance' in trouble ? instances[trouble.instance % instances.length] : undefined;
  switch (trouble.kind) {
    case 'kill':
      if (one?.isUp !== true) return;
      one.kill(trouble.isPowerCut);
      return later(trouble.downMs, () => one.start());
    case 'stop':
      return void one?.stop().then(() => later(trouble.downMs, () => one.start()));
    case 'pause':
      one?.pause();
      return later(trouble.forMs, () => one?.goOn(trouble.forMs));
    case 'cut':
      one?.cutOff(trouble.how);
      return later(trouble.forMs, () => one?.cutOff(null));
    case 'database down':
      server.goDown(trouble.keeps);
      return later(trouble.forMs, () => server.comeUp());
    case 'hints dead':
      hints.die(true, false);
      return later(trouble.forMs, () => hints.die(false, trouble.told));
  }
}

/** One machine with a disk of its own. */
export function groundOf(machine: Machine, calls: () => readonly DiskCall[], trouble: () => () => void): Ground {
  return {
    host: () => machine,
    start: () => machine.start(),
    now: () => machine.now(),
    calls,
    fatal: () => machine.fatal,
    runs: () => machine.runs,
    trouble,
    dispose: () => machine.dispose(),
  };
}
