import type { Plan, Trouble } from '../plan/plan.ts';
import type { World } from '../world/world.ts';
import type { Machine } from './machine.ts';

type Kill = Extract<Trouble, { kind: 'kill' | 'power cut' }>;

/**
 * Brings the plan's troubles on, and ends them when all is to be well. @returns what is to be called after each step: a
 * program is killed so many steps after its trouble began.
 */
export function startTroubles(world: World, machine: Machine, plan: Plan): () => void {
  const { scheduler, outside } = world;
  let killing: { readonly trouble: Kill; steps: number } | null = null;
  const startLater = (downMs: number, leapMs: number): void => {
    if (leapMs !== 0) machine.leap(leapMs);
    scheduler.plan(outside, downMs, () => machine.start());
  };
  const begin = (trouble: Trouble): void => {
    switch (trouble.kind) {
      case 'kill':
      case 'power cut':
        killing ??= { trouble, steps: trouble.steps };
        return;
      case 'restart':
        void machine.stop().then(() => {
          if (!machine.isUp) startLater(trouble.downMs, trouble.leapMs);
        });
        return;
      case 'leap':
        return machine.leap(trouble.ms);
      case 'disk full':
        machine.refuse(true);
        scheduler.plan(outside, trouble.forMs, () => machine.refuse(false));
    }
  };
  for (const trouble of plan.troubles) {
    scheduler.plan(outside, trouble.at, () => {
      if (scheduler.time < plan.untilMs) begin(trouble);
    });
  }
  scheduler.plan(outside, plan.untilMs, () => {
    killing = null;
    machine.refuse(false);
    machine.start();
  });
  return () => {
    if (killing === null) return;
    killing.steps -= 1;
    if (killing.steps > 0) return;
    const { trouble } = killing;
    killing = null;
    if (!machine.isUp) return;
    machine.kill(trouble.keeps, trouble.kind === 'power cut');
    startLater(trouble.downMs, trouble.leapMs);
  };
}
