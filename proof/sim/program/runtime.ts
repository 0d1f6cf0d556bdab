import { Buffer } from 'node:buffer';
import type { Clock } from '../../../src/platform/clock.ts';
import type { Random } from '../../../src/platform/random.ts';
import type { Chance } from '../../random.ts';
import type { Owner, Scheduler } from '../world/scheduler.ts';

/** Timers of the runtime come late when there is much to do, and now and then a part of a millisecond early. */
const lateness = (chance: Chance) => (): number => (chance.happens(0.9) ? 0.2 : chance.next() * 5);

type Hands = Readonly<{ now: () => number; wall: () => number }>;

/** The clock of one run of the program. @param chance when its timers ring late. */
export function clockOf(scheduler: Scheduler, owner: Owner, chance: Chance, hands: Hands): Clock {
  const late = lateness(chance);
  return {
    ...hands,
    after: (ms, action) => scheduler.plan(owner, Math.ceil(Math.max(0, ms)) + late(), action),
    soon: (action) => void scheduler.plan(owner, 0, action),
  };
}

/** Luck and ids of one run of the program. @param run of all runs on the same data, so that no id comes twice. */
export function randomOf(chance: Chance, run: number): Random {
  let made = 0;
  return {
    chance: chance.next,
    bytes: (size) => Buffer.from(Array.from({ length: size }, () => chance.between(0, 255))),
    uuid: (at) => {
      made += 1;
      const hex = at.toString(16).padStart(12, '0');
      return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${String(run).padStart(4, '0')}${String(made).padStart(8, '0')}`;
    },
  };
}
