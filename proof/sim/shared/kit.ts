import { Database } from './database.ts';
import { type SharedStores, sharedStores } from './stores.ts';

/** Stores of instances on one database that answers at once, on a clock of its own that is pushed. */
export function sharedAtOnce(): Readonly<{
  connect: () => SharedStores;
  pass: (ms: number) => void;
  database: Database;
}> {
  let at = 1_000;
  const nothing = { onDurable: () => {}, onPublished: () => {} };
  const database = new Database(nothing, () => {});
  const connect = (): SharedStores =>
    sharedStores({
      ...{ database, now: () => at, isLocked: () => false, happened: () => {} },
      ask: async (_, __, statement) => statement(),
    });
  return {
    ...{ connect, database },
    pass: (ms) => {
      at += ms;
    },
  };
}
