import { isUuid } from '../../platform/random.ts';
import { type Database, type Row, type Run, type Statement, sqlStateOf } from './database.ts';

/*
 * Rows of a session lie in the partitions of the day (UTC) on which it was born, and its id says which that is. What
 * concerns sessions of one day names the partition itself: such a statement plans, locks and reads the tables of that
 * day, however many days are kept.
 */

const dayMs = 86_400_000;
const daysAhead = 3;
/** Any number that no other program takes in this database: "days" in ASCII. */
const daysLock = 0x64617973;

/** Tables with a partition a day. */
const tables = ['sessions', 'events', 'snapshots', 'answers', 'deliveries', 'attempts'];

/** A session row is rewritten with every commit; room on its page keeps that off the indexes. */
const storage: Readonly<Record<string, string>> = {
  sessions: ' WITH (fillfactor = 70)',
  deliveries: ' WITH (fillfactor = 85)',
};

/** A day's name, for example 20261125: what the names of its partitions end with. */
export type Day = string;

const names = new Map<number, Day>();

function nameOf(day: number): Day {
  const known = names.get(day);
  if (known !== undefined) return known;
  const name = new Date(day * dayMs).toISOString().split('T')[0]?.replaceAll(/\D/g, '') ?? '';
  if (names.size > 10_000) names.clear();
  names.set(day, name);
  return name;
}

const numberOf = (id: string): number =>
  Math.floor((Number.parseInt(id.slice(0, 8), 16) * 0x1_0000 + Number.parseInt(id.slice(9, 13), 16)) / dayMs);

/** The day of a session's birth. @param id a UUID, version 7. */
export const dayOf = (id: string): Day => nameOf(numberOf(id));

const firstOf = (day: number): string => {
  const hex = (day * dayMs).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
};

/** A statement for each day. @param text of the tables' suffix, which is empty for all days together. */
export function byDay(name: string, text: (suffix: string) => string): (day: Day | null) => Statement {
  const made = new Map<Day | null, Statement>();
  return (day) => {
    const known = made.get(day);
    if (known !== undefined) return known;
    const suffix = day === null ? '' : `_${day}`;
    const statement = { name: `${name}${suffix}`, text: text(suffix) };
    if (made.size > 1_000) made.clear();
    made.set(day, statement);
    return statement;
  };
}

export type Days = Readonly<{
  /** Makes the partitions of an instant's day and of the next ones, where they are missing. */
  makeAhead: (at: number) => Promise<void>;
  /** Rows of one session, as objects; none where nothing of its day is kept. */
  read: (id: string, statement: (day: Day) => Statement, values: readonly unknown[]) => Promise<readonly Row[]>;
  /** As `read`, with rows as arrays. */
  readArrays: (
    id: string,
    statement: (day: Day) => Statement,
    values: readonly unknown[],
  ) => Promise<readonly (readonly unknown[])[]>;
  /** Asks day by day, of sessions of which something is kept. @returns all rows. */
  readEach: (
    ids: readonly string[],
    ask: (day: Day, ids: readonly string[]) => Promise<readonly Row[]>,
  ) => Promise<readonly Row[]>;
  /**
   * Writes what concerns these sessions by `write`, which gets their day, or null when there are several. Days that are
   * missing are made before; where one was dropped meanwhile it is made, and written again.
   */
  write: <Result>(ids: readonly string[], write: (day: Day | null) => Promise<Result>) => Promise<Result>;
  /**
   * Drops all that is kept of sessions that were born on days that were over before an instant. A day whose tables
   * others hold for longer than a second stays for the next time. @returns the days that were dropped.
   */
  drop: (before: number) => Promise<readonly Day[]>;
}>;

/** No such table; no partition for a row. */
const isMissing = (error: unknown): boolean => ['42P01', '23514'].includes(sqlStateOf(error) ?? '');

export function openDays(database: Database): Days {
  const known = new Set<Day>();
  const make = maker(database, known);
  const ensure = (ids: readonly string[]): Promise<void> => make(ids.map(numberOf));
  const { read, readEach } = reader(database, known);
  return {
    makeAhead: (at) => make(Array.from({ length: daysAhead + 1 }, (_, index) => Math.floor(at / dayMs) + index)),
    read: (id, statement, values) => read<readonly Row[]>(id, [], (day) => database.run(statement(day), values)),
    readArrays: (id, statement, values) =>
      read<readonly (readonly unknown[])[]>(id, [], (day) => database.arrays(statement(day), values)),
    readEach,
    write: async (ids, write) => {
      await ensure(ids);
      try {
        return await write(shared(ids));
      } catch (error) {
        if (!isMissing(error)) throw error;
        known.clear();
        await ensure(ids);
        return write(shared(ids));
      }
    },
    drop: async (before) => {
      const dropped = await dropDays(database, before);
      for (const day of dropped) known.delete(day);
      return dropped;
    },
  };
}

/** Reads of days that are kept; of others there is nothing. */
function reader(database: Database, known: Set<Day>) {
  const isKept = async (day: Day): Promise<boolean> => {
    if (known.has(day)) return true;
    const [row] = await database.run('SELECT to_regclass($1) IS NOT NULL AS kept', [`attempts_${day}`]);
    if (row?.kept === true) known.add(day);
    return row?.kept === true;
  };
  const read = async <Rows>(id: string, none: Rows, ask: (day: Day) => Promise<Rows>): Promise<Rows> => {
    if (!isUuid(id)) return none;
    const day = dayOf(id);
    if (!(known.has(day) || (await isKept(day)))) return none;
    try {
      return await ask(day);
    } catch (error) {
      if (!isMissing(error)) throw error;
      known.delete(day);
      return none;
    }
  };
  const readEach: Days['readEach'] = async (ids, ask) => {
    const found: Row[] = [];
    for (const own of Map.groupBy(ids.filter(isUuid), dayOf).values()) {
      found.push(...(await read<readonly Row[]>(own[0] ?? '', [], (day) => ask(day, own))));
    }
    return found;
  };
  return { read, readEach };
}

/** The day that all these sessions share, or null when there are several. */
function shared(ids: readonly string[]): Day | null {
  const days = new Set(ids.map(dayOf));
  const [day] = days;
  return days.size === 1 && day !== undefined ? day : null;
}

/** Makes days that are not known to be made. */
function maker(database: Database, known: Set<Day>): (numbers: readonly number[]) => Promise<void> {
  return async (numbers) => {
    const missing = [...new Set(numbers)].filter((day) => !known.has(nameOf(day)));
    if (missing.length === 0) return;
    await database.transact(async (run) => {
      await run('SELECT pg_advisory_xact_lock($1)', [daysLock]);
      for (const day of missing) await makeDay(run, day);
    });
    for (const day of missing) known.add(nameOf(day));
  };
}

async function dropDays(database: Database, before: number): Promise<readonly Day[]> {
  const rows = await database.run(
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'sessions'::regclass`,
  );
  const first = nameOf(Math.floor(before / dayMs));
  const days = rows.map(({ name }) => String(name).slice('sessions_'.length));
  const dropped: Day[] = [];
  for (const day of days.filter((one) => isBefore(one, first)).sort()) {
    if (await dropDay(database, day)) dropped.push(day);
  }
  return dropped;
}

/** Years have more than four digits one day. */
const isBefore = (day: Day, other: Day): boolean => Number(day) < Number(other);

/** Attached, not created as a partition: that would lock the whole table against readers and writers. */
async function makeDay(run: Run, day: number): Promise<void> {
  const name = nameOf(day);
  for (const table of tables) {
    const part = `${table}_${name}`;
    const [row] = await run('SELECT to_regclass($1) IS NULL AS missing', [part]);
    if (row?.missing !== true) continue;
    await run(`CREATE TABLE ${part} (LIKE ${table} INCLUDING ALL)${storage[table] ?? ''}`);
    const bounds = `FROM ('${firstOf(day)}') TO ('${firstOf(day + 1)}')`;
    await run(`ALTER TABLE ${table} ATTACH PARTITION ${part} FOR VALUES ${bounds}`);
  }
}

/** All tables of the day or none. @returns false when somebody holds one of them. */
async function dropDay(database: Database, day: Day): Promise<boolean> {
  try {
    await database.transact(async (run) => {
      await run('SELECT pg_advisory_xact_lock($1)', [daysLock]);
      await run("SET LOCAL lock_timeout = '1s'");
      const parts = tables.map((table) => `${table}_${day}`);
      await run(`DROP TABLE IF EXISTS ${parts.join(', ')}`);
    });
    return true;
  } catch (error) {
    // Lock not available.
    if (sqlStateOf(error) === '55P03') return false;
    throw error;
  }
}
