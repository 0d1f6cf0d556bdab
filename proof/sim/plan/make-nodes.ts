import { type Chance, chanceOf } from '../../random.ts';
import { makePlan } from './make-plan.ts';
import type { NodesPlan, NodeTrouble } from './nodes.ts';
import type { DeskPlan, OperatorAct, Plan, Script, UserPlan } from './plan.ts';
import { pick } from './words.ts';

const second = 1_000;
const minute = 60 * second;

/**
 * A plan for several instances: the people, desks and flows of the seed's other plan, in minutes instead of days, for
 * what instances do to each other takes seconds. @param count of instances; by chance when it is left out.
 */
export function makeNodesPlan(seed: string, count?: number): Plan {
  const base = makePlan(`${seed}/nodes`);
  const chance = chanceOf(`${seed}/several`);
  const untilMs = pick(chance, [minute, 3 * minute, 3 * minute, 6 * minute]);
  return {
    ...{ ...base, seed, untilMs, troubles: [] },
    sessionLifeMs: pick(chance, [minute, 3 * minute, 6 * minute, 6 * minute]),
    users: usersOf(seed, base).map(hastened),
    desks: base.desks.map(quicker),
    operator: base.operator.map((act): OperatorAct => ({ ...act, at: act.at % untilMs })),
    nodes: nodesPlan(chance, untilMs, count ?? pick(chance, [1, 2, 2, 3, 3, 3])),
  };
}

/** Twice as many as in a day of one instance. */
function usersOf(seed: string, { users, virtualAgents }: Plan): readonly UserPlan[] {
  const more = makePlan(`${seed}/more users`).users.map((user, index) => ({
    ...user,
    name: `user ${users.length + index + 1}`,
    virtualAgent: virtualAgents[index % virtualAgents.length]?.id ?? user.virtualAgent,
  }));
  return [...users, ...more];
}

const longestWaitMs = 40 * second;

/** Nobody waits for hours. */
const shorter = (ms: number): number => (ms > longestWaitMs ? ms % longestWaitMs : ms);

const hastened = (user: UserPlan): UserPlan => ({
  ...user,
  at: shorter(user.at),
  acts: user.acts.map((act) => ({ ...act, afterMs: shorter(act.afterMs) })),
});

const quicker = (desk: DeskPlan): DeskPlan => ({
  ...desk,
  manners: { ...desk.manners, grudgeMs: Math.min(desk.manners.grudgeMs, minute) },
  outages: desk.outages.map((one) => ({ ...one, at: one.at % (3 * minute), forMs: Math.min(one.forMs, minute) })),
  scripts: desk.scripts.map(
    (script): Script => ({
      ...script,
      answerMs: Math.min(script.answerMs, 30 * second),
      people: script.people.map((acts) => acts.map((act) => ({ ...act, afterMs: shorter(act.afterMs) }))),
    }),
  ),
});

const share = (chance: Chance, most: number): number =>
  chance.happens(0.5) ? 0 : most * chance.next() * chance.next();

function nodesPlan(chance: Chance, untilMs: number, count: number): NodesPlan {
  return {
    instances: Array.from({ length: count }, () => ({
      skewMs: Math.round((chance.next() - 0.5) * 2 * pick(chance, [0, 20, 5 * second, 10 * minute])),
      driftMs: (chance.next() - 0.5) * pick(chance, [0, 0.1, 2]),
    })),
    database: {
      latencyMs: pick(chance, [0.3, 2, 2, 20, 40]),
      flushMs: pick(chance, [0.5, 2, 20, 200]),
      slow: share(chance, 0.3),
      slowMs: pick(chance, [100, second, 5 * second]),
      lostBefore: share(chance, 0.08),
      lostAfter: share(chance, 0.08),
    },
    hints: { delayMs: pick(chance, [0.5, 5, 100, 2 * second]), lost: share(chance, 1), repeated: share(chance, 0.5) },
    troubles: chance.happens(0.15) ? [] : troublesOf(chance, untilMs, count),
  };
}

function troublesOf(chance: Chance, untilMs: number, count: number): readonly NodeTrouble[] {
  const many = 1 + Math.floor(chance.next() * chance.next() * 10);
  return Array.from({ length: many }, () => troubleOf(chance, untilMs, count));
}

function troubleOf(chance: Chance, untilMs: number, count: number): NodeTrouble {
  const at = Math.round(chance.happens(0.7) ? chance.next() * minute : chance.next() * untilMs);
  const instance = chance.between(0, count - 1);
  const steps = chance.between(0, 60);
  const kind = pick(chance, ['kill', 'kill', 'stop', 'pause', 'pause', 'cut', 'database down', 'hints dead'] as const);
  const forMs = pick(chance, [100, 3 * second, 9 * second, 13 * second, 20 * second, 45 * second]);
  switch (kind) {
    case 'kill': {
      const downMs = pick(chance, [10, second, 12 * second, minute]);
      return { at, kind, instance, steps, isPowerCut: chance.happens(0.3), downMs };
    }
    case 'stop':
      return { at, kind, instance, downMs: pick(chance, [10, second, 20 * second]) };
    case 'pause':
      return { at, kind, instance, steps, forMs };
    case 'cut':
      return { at, kind, instance, steps, forMs, how: pick(chance, ['refused', 'silent']) };
    case 'database down':
      return {
        at,
        kind,
        steps,
        keeps: pick(chance, [0, chance.next(), 1]),
        forMs: pick(chance, [10, second, 10 * second]),
      };
    case 'hints dead':
      return { at, kind, forMs: pick(chance, [3 * second, 30 * second, minute]), told: chance.happens(0.5) };
  }
}
