import type { NodesPlan } from './plan/nodes.ts';
import type { DeskPlan, Manners, NetworkPlan, Plan, Script, UserPlan } from './plan/plan.ts';
import { run } from './run.ts';

/** A way to take something out of a plan: what there is of it, and the plan with only some of that. */
type Removable = Readonly<{ length: number; keep: (wanted: (index: number) => boolean) => Plan }>;

/**
 * Leaves out of a failing plan what it does not need to fail in the same way: halves first, then quarters, then one by
 * one, until nothing more can go or the time is over. @param until an instant of `performance.now()`.
 */
export async function shrink(plan: Plan, invariant: number, until: number): Promise<Plan> {
  const fails = async (candidate: Plan): Promise<boolean> => (await run(candidate)).violation?.invariant === invariant;
  let smallest = plan;
  for (let before: Plan | null = null; before !== smallest; ) {
    before = smallest;
    for (const simpler of simplifications(smallest)) {
      if (performance.now() > until) return smallest;
      const candidate = simpler(smallest);
      if (JSON.stringify(candidate) !== JSON.stringify(smallest) && (await fails(candidate))) smallest = candidate;
    }
    for (let part = 0; part < removables(smallest).length; part += 1) {
      smallest = await thin(smallest, part, fails, until);
    }
  }
  return smallest;
}

async function thin(plan: Plan, part: number, fails: (plan: Plan) => Promise<boolean>, until: number): Promise<Plan> {
  let smallest = plan;
  const lengthNow = (): number => removables(smallest)[part]?.length ?? 0;
  for (let size = Math.ceil(lengthNow() / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < lengthNow(); ) {
      if (performance.now() > until) return smallest;
      const start = from;
      const candidate = removables(smallest)[part]?.keep((index) => index < start || index >= start + size);
      if (candidate !== undefined && (await fails(candidate))) smallest = candidate;
      else from += size;
    }
  }
  return smallest;
}

function removable<Item>(items: readonly Item[], put: (items: Item[]) => Plan): Removable {
  return { length: items.length, keep: (wanted) => put(items.filter((_, index) => wanted(index))) };
}

function removables(plan: Plan): readonly Removable[] {
  const { users, desks } = plan;
  const withUser = (index: number, user: UserPlan): Plan => ({ ...plan, users: users.with(index, user) });
  const withDesk = (index: number, desk: DeskPlan): Plan => ({ ...plan, desks: desks.with(index, desk) });
  return [
    removable(users, (kept) => ({ ...plan, users: kept })),
    removable(plan.troubles, (troubles) => ({ ...plan, troubles })),
    ...nodeParts(plan),
    removable(plan.operator, (operator) => ({ ...plan, operator })),
    ...users.map((user, index) => removable(user.acts, (acts) => withUser(index, { ...user, acts }))),
    ...desks.flatMap((desk, index) => [
      removable(desk.outages, (outages) => withDesk(index, { ...desk, outages })),
      ...desk.scripts.flatMap((script, place) => {
        const withScript = (changed: Script): Plan =>
          withDesk(index, { ...desk, scripts: desk.scripts.with(place, changed) });
        return script.people.map((acts, person) =>
          removable(acts, (kept) => withScript({ ...script, people: script.people.with(person, kept) })),
        );
      }),
    ]),
  ];
}

/** Instances are left out from the last one on: troubles name them by their place. */
function nodeParts(plan: Plan): readonly Removable[] {
  const { nodes } = plan;
  if (nodes === undefined) return [];
  const { instances } = nodes;
  return [
    removable(nodes.troubles, (troubles) => ({ ...plan, nodes: { ...nodes, troubles } })),
    removable(instances, (kept) => (kept.length === 0 ? plan : { ...plan, nodes: { ...nodes, instances: kept } })),
  ];
}

const quietNodes: readonly ((nodes: NodesPlan) => NodesPlan)[] = [
  (nodes) => ({ ...nodes, instances: nodes.instances.map(() => ({ skewMs: 0, driftMs: 0 })) }),
  (nodes) => ({ ...nodes, database: { ...nodes.database, slow: 0 } }),
  (nodes) => ({ ...nodes, database: { ...nodes.database, lostBefore: 0 } }),
  (nodes) => ({ ...nodes, database: { ...nodes.database, lostAfter: 0 } }),
  (nodes) => ({ ...nodes, database: { ...nodes.database, latencyMs: 2, flushMs: 2 } }),
  (nodes) => ({ ...nodes, hints: { ...nodes.hints, lost: 0 } }),
  (nodes) => ({ ...nodes, hints: { ...nodes.hints, repeated: 0, delayMs: 2 } }),
];

const quietNetwork: Partial<NetworkPlan>[] = [
  ...[{ lost: 0 }, { answersLost: 0 }, { repeated: 0 }, { breaksAfterMs: null }, { narrow: 0 }, { latencyMs: 1 }],
];

const mannersOf = Object.keys({
  ...{ slow: 0, late: 0, answerLost: 0, lost: 0, straggles: 0, errors: 0, refusals: 0, grudgeMs: 0 },
} satisfies Manners) as readonly (keyof Manners)[];

/** Changes that make a plan simpler without leaving out a part. */
function simplifications(plan: Plan): readonly ((plan: Plan) => Plan)[] {
  return [
    ...quietNetwork.map(
      (quiet) =>
        (now: Plan): Plan => ({ ...now, network: { ...now.network, ...quiet } }),
    ),
    ...plan.desks.flatMap((_, index) => [
      ...mannersOf.map((name) => changeDesk(index, ({ manners }) => ({ manners: { ...manners, [name]: 0 } }))),
      changeDesk(index, () => ({ queues: 0 })),
      changeDesk(index, ({ scripts }) => ({ scripts: scripts.slice(0, 1) })),
      changeDesk(index, ({ scripts }) => ({ scripts: scripts.map((script) => ({ ...script, answers: 0 })) })),
    ]),
    ...plan.users.flatMap((_, index) => [
      changeUser(index, { receives: 0 }),
      changeUser(index, { reads: 0 }),
      changeUser(index, { tabs: 1 }),
    ]),
    ...quietNodes.map(
      (quiet) =>
        (now: Plan): Plan =>
          now.nodes === undefined ? now : { ...now, nodes: quiet(now.nodes) },
    ),
    (now) => ({ ...now, disk: { flushMs: 2 } }),
    (now) => ({ ...now, untilMs: Math.round(now.untilMs / 4) }),
  ];
}

const changeUser =
  (index: number, change: Partial<UserPlan>) =>
  (plan: Plan): Plan => ({
    ...plan,
    users: plan.users.map((user, at) => (at === index ? { ...user, ...change } : user)),
  });

const changeDesk =
  (index: number, change: (desk: DeskPlan) => Partial<DeskPlan>) =>
  (plan: Plan): Plan => ({
    ...plan,
    desks: plan.desks.map((desk, at) => (at === index ? { ...desk, ...change(desk) } : desk)),
  });
