import { peopleStore } from '../people/people-store.ts';
import { followSteps, type Statement, type Steps } from '../people/steps.ts';
import type { PeopleStore } from '../people.ts';
import { type Database, type Run, unflushed } from './database.ts';

const lock = 'LOCK TABLE people IN SHARE ROW EXCLUSIVE MODE';

const answerBy =
  (run: Run) =>
  ([text, ...values]: Statement) =>
    run(text, values);

export function postgresPeople(database: Database): PeopleStore {
  /** Changes wait for each other, from whichever process; who only reads waits for nobody. */
  const change = <Result>(first: string, steps: Steps<Result>): Promise<Result> =>
    database.transact(async (run) => {
      await run(first);
      return followSteps(steps, answerBy(run));
    });
  return peopleStore({
    read: (steps) => followSteps(steps, answerBy(database.run)),
    change: (steps) => change(lock, steps),
    note: (steps) => change(`${lock}; SELECT ${unflushed}`, steps),
  });
}
