import type { Plan } from './arithmetic.ts';

const built: Plan = {
  ...{ name: 'built', cells: 1, instances: 0, databases: 1 },
  ...{ hints: 'listen', wakes: 'everybody', commits: 'split' },
};
const better = { ...built, hints: 'subjects', wakes: 'shared out' } as const;

/** How Baton could be laid out; instances are added as they are needed. */
export const plans: Readonly<Record<string, Plan & Readonly<{ says: string }>>> = {
  built: { ...built, says: 'as it is built: any number of instances on one PostgreSQL' },
  one: { ...better, name: 'one', says: 'one PostgreSQL, hints by subjects, wake-ups shared out among instances' },
  citus: {
    ...better,
    ...{ name: 'citus', databases: 8, commits: 'citus' },
    says: 'the commit as it is through the planner of Citus, eight workers',
  },
  databases: {
    ...better,
    ...{ name: 'databases', databases: 8 },
    says: 'every instance on eight PostgreSQLs, a batch is split by them',
  },
  cells: {
    ...built,
    ...{ name: 'cells', cells: 8 },
    says: 'eight cells as it is built, each instances and a PostgreSQL; the id of a session names its cell',
  },
  'better-cells': {
    ...better,
    ...{ name: 'better-cells', cells: 8 },
    says: 'the same, hints by subjects, wake-ups shared out',
  },
};
