import type { DatabaseSync } from 'node:sqlite';
import { peopleStore } from '../people/people-store.ts';
import { type Row, type Statement, takeSteps } from '../people/steps.ts';
import type { PeopleStore } from '../people.ts';
import { inTransaction } from '../transaction.ts';
import { numbered } from './sqlite-drafts.ts';

export function sqlitePeople(database: DatabaseSync, flush: () => Promise<void>): PeopleStore {
  const answer = ([text, ...values]: Statement): readonly Row[] => database.prepare(text).all(numbered(...values));
  return peopleStore({
    read: async (steps) => takeSteps(steps, answer),
    change: async (steps) => {
      const result = inTransaction(database, () => takeSteps(steps, answer));
      await flush();
      return result;
    },
    note: async (steps) => inTransaction(database, () => takeSteps(steps, answer)),
  });
}
