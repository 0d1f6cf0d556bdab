import { peopleStore } from '../people/people-store.ts';
import { followSteps, type Statement } from '../people/steps.ts';
import type { PeopleStore } from '../people.ts';
import { type Database, type Run, unflushed } from './database.ts';

const answerBy =
  (run: Run) =>
  ([text, ...values]: Statement) =>
    run(text, values);

export function postgresPeople(database: Database): PeopleStore {
  return peopleStore({
    read: (steps) => followSteps(steps, answerBy(database.run)),
    change: (steps) =>
      database.transact(async (run) => {
        // Changes wait for each other, from whichever process; who only reads waits for nobody.
        await run('LOCK TABLE people IN SHARE ROW EXCLUSIVE MODE');
        return followSteps(steps, answerBy(run));
      }),
    note: (steps) =>
      database.transact(async (run) => {
        await run(`SELECT ${unflushed}`);
        await followSteps(steps, answerBy(run));
      }),
  });
}
