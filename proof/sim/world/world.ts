import type { Chance } from '../../random.ts';
import { chanceOf } from '../../random.ts';
import { type Owner, Scheduler } from './scheduler.ts';

/** What a trace is written with: when, who, and what they did. */
export type Tell = (at: number, who: string, what: () => string) => void;

/** What everybody in a simulation stands on: time, luck that a seed repeats, and the trace. */
export type World = Readonly<{
  scheduler: Scheduler;
  /** Whoever is not the program: networks, people, desks. They are never killed. */
  outside: Owner;
  /** Luck of their own for everybody, so that one who is left out changes nothing for the others. */
  chance: (name: string) => Chance;
  tell: (who: string, what: () => string) => void;
  /** Resolves in `ms`. */
  pause: (ms: number) => Promise<void>;
}>;

export function createWorld(seed: string, tell: Tell): World {
  const scheduler = new Scheduler();
  const outside: Owner = { alive: true };
  return {
    scheduler,
    outside,
    chance: (name) => chanceOf(`${seed}/${name}`),
    tell: (who, what) => tell(scheduler.time, who, what),
    pause: (ms) => new Promise((resolve) => scheduler.plan(outside, ms, resolve)),
  };
}
