import { type Chance, chanceOf } from '../../random.ts';
import { livelyFlow } from './lively-flows.ts';
import type {
  DeskPlan,
  Manners,
  NetworkPlan,
  OperatorAct,
  PersonAct,
  Plan,
  Script,
  Trouble,
  UserAct,
  UserPlan,
} from './plan.ts';
import { pick } from './words.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** A plan from a seed: some are calm, in some everything goes wrong at once. */
export function makePlan(seed: string): Plan {
  const chance = chanceOf(seed);
  const part = (name: string): Chance => chance.fork(name);
  const desks = listOf(1 + count(part('desks'), 2), (index) =>
    deskPlan(part(`desk ${index}`), `http://desk-${index + 1}.sim`),
  );
  const urls = desks.map(({ url }) => url);
  const virtualAgents = listOf(1 + count(part('agents'), 2), (index) => ({
    id: `va-${index + 1}`,
    flow: livelyFlow(part(`flow ${index}`), urls),
  }));
  const ids = virtualAgents.map(({ id }) => id);
  const users = listOf(1 + count(part('users'), 4), (index) =>
    userPlan(part(`user ${index}`), { name: `user ${index + 1}`, ...personOf(part(`person ${index}`)) }, ids),
  );
  // People's days differ: most of what matters happens in minutes, some of it takes the night.
  const untilMs = pick(chance, [5 * minute, 30 * minute, 3 * hour, 3 * hour, 26 * hour]);
  return {
    ...{ seed, untilMs, desks, virtualAgents, users },
    sessionLifeMs: pick(chance, [minute, 10 * minute, 2 * hour, 24 * hour, 24 * hour]),
    network: networkPlan(part('network')),
    disk: { flushMs: pick(part('disk'), [0.1, 2, 20, 400, 2_000]) },
    operator: operatorPlan(part('operator'), untilMs, ids, urls),
    troubles: troublePlan(part('troubles'), untilMs),
  };
}

const listOf = <Item>(length: number, make: (index: number) => Item): Item[] =>
  Array.from({ length }, (_, index) => make(index));

/** Fewer more often. */
const count = (chance: Chance, most: number): number => Math.floor(chance.next() * chance.next() * (most + 1));

/** How long people take: mostly seconds, now and then no time at all, minutes or hours. */
function spell(chance: Chance): number {
  const scale = pick(chance, [
    0,
    20,
    400,
    2 * second,
    5 * second,
    15 * second,
    40 * second,
    5 * minute,
    40 * minute,
    4 * hour,
  ]);
  return Math.round(scale * chance.next());
}

const share = (chance: Chance, most: number): number =>
  chance.happens(0.5) ? 0 : most * chance.next() * chance.next();

function networkPlan(chance: Chance): NetworkPlan {
  return {
    latencyMs: pick(chance, [1, 20, 20, 200, 3_000]),
    lost: share(chance, 0.3),
    answersLost: share(chance, 0.3),
    repeated: share(chance, 0.3),
    breaksAfterMs: chance.happens(0.5) ? null : pick(chance, [2 * second, 20 * second, 5 * minute, hour]),
    narrow: share(chance, 0.5),
  };
}

function deskPlan(chance: Chance, url: string): DeskPlan {
  const isWell = chance.happens(0.35);
  const manners: Manners = {
    slow: share(chance, 0.5),
    ...{ late: share(chance, 0.3), answerLost: share(chance, 0.4), lost: share(chance, 0.4) },
    ...{ straggles: share(chance, 0.3), errors: share(chance, 0.5), refusals: share(chance, 0.2) },
    grudgeMs: chance.happens(0.2) ? pick(chance, [20 * second, 10 * minute, hour]) : 0,
  };
  const polite: Manners = {
    slow: 0,
    late: 0,
    answerLost: 0,
    lost: 0,
    straggles: 0,
    errors: 0,
    refusals: 0,
    grudgeMs: 0,
  };
  const outages = chance.happens(0.6)
    ? []
    : listOf(1 + count(chance, 3), () => ({
        at: spell(chance) + spell(chance),
        // A day of it is a thousand attempts, all alike: seldom.
        forMs: chance.happens(0.04) ? 26 * hour : pick(chance, [5 * second, minute, 10 * minute, hour]),
        how: pick(chance, ['refuses', 'swallows'] as const),
      }));
  const scripts = listOf(1 + count(chance, 4), () => script(chance));
  return { url, manners: isWell ? polite : manners, outages, queues: share(chance, 1), scripts };
}

function script(chance: Chance): Script {
  const people = listOf(chance.happens(0.2) ? 2 : 1, () =>
    // Some never come: what the end user waits for is the clock.
    chance.happens(0.15) ? [] : [...listOf(count(chance, 8), () => personAct(chance)), lastAct(chance)],
  );
  const answers = pick(chance, [0, 0.5, 0.9, 1]);
  return { answers, answerMs: pick(chance, [100, 3 * second, 30 * second, 20 * minute, 3 * hour]), people };
}

function personAct(chance: Chance): PersonAct {
  return {
    afterMs: spell(chance),
    kind: pick(chance, ['outbound', 'outbound', 'outbound', 'outbound', 'assign', 'typing', 'disconnect']),
    epoch: pick(chance, ['own', 'own', 'own', 'none', 'none', 'former', 'later']),
    keyed: chance.happens(0.6),
    again: pick(chance, ['no', 'no', 'no', 'at once', 'later', 'changed']),
  };
}

const lastAct = (chance: Chance): PersonAct => ({
  ...personAct(chance),
  kind: chance.happens(0.8) ? 'disconnect' : 'outbound',
  epoch: pick(chance, ['own', 'none']),
});

const words = [
  'hello',
  'yes',
  'no',
  '7',
  '42',
  'red',
  'my wifi is down',
  '  ',
  'a human, please',
  '$ITEMS $$',
  '😀',
  '2026-11-25',
];

/** Half of them are one and the same. */
const personOf = (chance: Chance): Pick<UserPlan, 'person'> => (chance.happens(0.5) ? { person: 'somebody' } : {});

function userPlan(chance: Chance, who: Pick<UserPlan, 'name' | 'person'>, virtualAgents: readonly string[]): UserPlan {
  const tabs = chance.happens(0.3) ? 2 : 1;
  const usesSteps = chance.happens(0.3);
  let said = 0;
  const newText = (): string => {
    said += 1;
    return `${pick(chance, words)} ${said}`;
  };
  const act = (): UserAct => userAct(chance, usesSteps, newText);
  return {
    ...{ ...who, tabs, at: spell(chance), virtualAgent: pick(chance, virtualAgents) },
    door: chance.happens(0.2) ? 'chat' : 'init',
    ...{ receives: pick(chance, [0, 0.5, 1]), reads: pick(chance, [0, 0.3, 1]) },
    acts: [
      ...(chance.happens(0.9) ? [{ afterMs: spell(chance) / 100, kind: 'open', tab: 0 } as const] : []),
      ...listOf(2 + count(chance, 40), act),
      ...(chance.happens(0.2) ? [{ afterMs: spell(chance), kind: 'leave', tab: 0 } as const] : []),
    ],
  };
}

function userAct(chance: Chance, usesSteps: boolean, newText: () => string): UserAct {
  // People write in bursts.
  const base = { afterMs: chance.happens(0.3) ? chance.between(0, 300) : spell(chance), tab: chance.between(0, 1) };
  if (usesSteps && chance.happens(0.5)) {
    const input = pick(chance, [null, '', newText(), newText(), newText()]);
    return {
      afterMs: base.afterMs,
      kind: 'step',
      input,
      parameters: chance.happens(0.2) ? [{ name: 'X', value: 'y' }] : [],
    };
  }
  if (chance.happens(0.006)) return { ...base, kind: 'flood', count: chance.between(60, 260) };
  if (chance.happens(0.65)) {
    // A text of blanks answers a question with nothing.
    const text = chance.happens(0.08) ? '   ' : newText();
    return { ...base, kind: 'say', text, twice: pick(chance, ['no', 'no', 'no', 'same tab', 'other tab']) };
  }
  const kind = pick(chance, [
    ...([
      'open',
      'close',
      'break',
      'break',
      'open anew',
      'typing',
      'ping',
      'nonsense',
      'read ahead',
      'parameters',
    ] as const),
  ]);
  if (kind === 'parameters') return { ...base, kind, name: pick(chance, ['NOTE', 'SESSION_ID']), value: newText() };
  return { ...base, kind };
}

function operatorPlan(
  chance: Chance,
  untilMs: number,
  virtualAgents: readonly string[],
  desks: readonly string[],
): OperatorAct[] {
  if (chance.happens(0.4)) return [];
  return listOf(1 + count(chance, 6), (index) => {
    const at = Math.round(chance.next() * untilMs);
    const virtualAgent = pick(chance, virtualAgents);
    const kind = pick(chance, [
      'replay',
      'replay',
      'skip dead',
      'skip owed',
      'rotate',
      'publish',
      'publish',
      'delete',
    ] as const);
    if (kind === 'publish') return { at, kind, virtualAgent, flow: livelyFlow(chance.fork(`flow ${index}`), desks) };
    return kind === 'rotate' || kind === 'delete' ? { at, kind, virtualAgent } : { at, kind };
  });
}

function troublePlan(chance: Chance, untilMs: number): Trouble[] {
  if (chance.happens(0.25)) return [];
  return listOf(1 + count(chance, 8), (): Trouble => {
    // Where most happens: in the first minutes.
    const at = Math.round(chance.happens(0.7) ? spell(chance) + spell(chance) : chance.next() * untilMs);
    const kind = pick(chance, ['kill', 'kill', 'power cut', 'power cut', 'restart', 'leap', 'disk full'] as const);
    const downMs = pick(chance, [10, second, 20 * second, 5 * minute, 2 * hour]);
    const leapMs = chance.happens(0.8) ? 0 : leap(chance);
    switch (kind) {
      case 'kill':
      case 'power cut': {
        const keeps = kind === 'kill' ? 1 : pick(chance, [0, 0, chance.next(), 1]);
        return { at, kind, steps: chance.between(0, 40), keeps, downMs, leapMs };
      }
      case 'restart':
        return { at, kind, downMs, leapMs };
      case 'leap':
        return { at, kind, ms: leap(chance) };
      case 'disk full':
        return { at, kind, forMs: pick(chance, [50, second, 20 * second, 5 * minute]) };
    }
  });
}

const leap = (chance: Chance): number =>
  Math.round((chance.next() - 0.5) * 2 * pick(chance, [50, 5 * second, 10 * minute, 3 * hour]));
