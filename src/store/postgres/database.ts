import pg from 'pg';
import type { Clock } from '../../platform/clock.ts';
import { StoreUnavailableError } from '../unavailable.ts';

export type Row = Record<string, unknown>;

/** The name under which a connection keeps the statement prepared; the same name stands for the same text. */
export type Statement = Readonly<{ name: string; text: string }>;

export type Run = (statement: Statement | string, values?: readonly unknown[]) => Promise<readonly Row[]>;

/** A few connections. Between two statements a connection keeps nothing, so a transaction pooler may stand between. */
export type Database = Readonly<{
  /** One statement, which is one transaction and one round trip. @throws StoreUnavailableError, or pg's own error. */
  run: Run;
  /** As `run`, with rows as arrays: an object a row costs more than reading it. */
  arrays: (statement: Statement, values: readonly unknown[]) => Promise<readonly (readonly unknown[])[]>;
  /** Several statements on one connection; what `work` throws undoes all of them. Flushed when it resolves. */
  transact: <Result>(work: (run: Run) => Promise<Result>) => Promise<Result>;
  close: () => Promise<void>;
}>;

export type DatabaseSettings = Readonly<{
  clock: Clock;
  /** False where a transaction pooler does not know prepared statements. */
  prepare?: boolean | undefined;
  connections?: number | undefined;
  /** How long one statement may take before its connection is given up; 0 for as long as it wants. */
  patienceMs?: number | undefined;
  /** Where the database itself is reached, when the URL leads through a pooler; null when it leads there. */
  listenUrl?: string | null | undefined;
}>;

/** Everything that conversations wait for takes milliseconds. */
const defaultPatienceMs = 10_000;
/** When a connection was lost in the middle of a transaction, the server may not know for hours, and keeps its locks. */
const beginning = "BEGIN; SET LOCAL synchronous_commit = on; SET LOCAL idle_in_transaction_session_timeout = '15s'";

const firstPauseMs = 50;
const longestPauseMs = 2_000;
const int8 = 20;

/** Counts and instants are below 2^53; as text, which is the driver's way, they would compare and add as text. */
const types = {
  getTypeParser: ((oid: number, format: 'text') =>
    oid === int8 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/** Connects when it is first asked something. @param url as libpq knows it, postgres://… */
export function openDatabase(url: string, settings: DatabaseSettings): Database {
  const { clock, prepare = true } = settings;
  const pool = openPool(url, settings);
  const connect = connector(pool, clock);
  const using = async <Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> => {
    const client = await connect();
    try {
      const result = await work(client);
      client.release();
      return result;
    } catch (error) {
      client.release(error instanceof StoreUnavailableError);
      throw error;
    }
  };
  const asked = (statement: Statement | string, values: readonly unknown[] = []) => {
    const { name, text } = typeof statement === 'string' ? { name: '', text: statement } : statement;
    return { text, values: values as unknown[], ...(prepare && name !== '' && { name }) };
  };
  const rows = async (client: pg.PoolClient, query: pg.QueryConfig): Promise<readonly Row[]> => {
    try {
      return (await client.query<Row>(query)).rows;
    } catch (error) {
      throw toStoreError(error);
    }
  };
  return {
    run: (statement, values) => using((client) => rows(client, asked(statement, values))),
    arrays: async (statement, values) => {
      const query = { ...asked(statement, values), rowMode: 'array' };
      return (await using((client) => rows(client, query))) as unknown as readonly (readonly unknown[])[];
    },
    transact: (work) =>
      using(async (client) => {
        await rows(client, { text: beginning });
        try {
          const result = await work((statement, values) => rows(client, asked(statement, values)));
          await rows(client, { text: 'COMMIT' });
          return result;
        } catch (error) {
          // Where the connection is lost the server rolls back by itself, and the first error is the one to tell.
          await client.query('ROLLBACK').catch(() => {});
          throw error;
        }
      }),
    close: () => pool.end(),
  };
}

function openPool(url: string, settings: DatabaseSettings): pg.Pool {
  const { connections = 5, patienceMs = defaultPatienceMs, listenUrl = null } = settings;
  const pool = new pg.Pool({
    ...{ connectionString: url, max: connections, types, keepAlive: true, application_name: 'baton' },
    // A database that has gone without a word is noticed; a connection does not gather plans of days long gone.
    ...{ connectionTimeoutMillis: 5_000, query_timeout: patienceMs, maxLifetimeSeconds: 3_600 },
    // A statement that is given up here ends there too, or those that hang would fill the server. Poolers refuse the setting.
    ...(listenUrl === null && { statement_timeout: patienceMs }),
    // Connections that rest do not keep a process alive that has nothing else to do.
    allowExitOnIdle: true,
  });
  // One that breaks while it rests is taken out of the pool; the next statement gets another one, or the error.
  pool.on('error', () => {});
  // One that breaks between two statements of a transaction says so to nobody else; the next statement fails by it.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/**
 * While the database is away, all who ask are told so at once, and one of them tries to reach it: after 50 ms, then
 * twice as long each time, two seconds at most.
 */
function connector(pool: pg.Pool, clock: Clock): () => Promise<pg.PoolClient> {
  let failures = 0;
  let notBefore = 0;
  let trying = false;
  return async () => {
    const away = failures > 0;
    if (away && (trying || clock.now() < notBefore)) {
      throw new StoreUnavailableError('The database is away; try again in a moment.');
    }
    trying = away;
    try {
      const client = await pool.connect();
      failures = 0;
      return client;
    } catch (error) {
      if (isCrowded(error)) {
        throw new StoreUnavailableError('No connection to the database came free; try again in a moment.', {
          cause: error,
        });
      }
      const at = clock.now();
      // Of many who found out together the first one counts.
      if (away || at >= notBefore) {
        failures += 1;
        notBefore = at + Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs);
      }
      throw toStoreError(error);
    } finally {
      if (away) trying = false;
    }
  };
}

/**
 * Whether all connections of the pool were in use for too long, which says nothing about the database. Taken for its being
 * away, it would refuse everybody at the moment when most is waiting. The pool's words are all that tells the two apart.
 */
const isCrowded = (error: unknown): boolean =>
  error instanceof Error && error.message === 'timeout exceeded when trying to connect';

/** Connection lost, no resources, the server going down, rolled back for others: all pass. */
const passing = /^(08|53|57|58|40)|^25006$/;

function toStoreError(error: unknown): unknown {
  if (error instanceof StoreUnavailableError || error instanceof TypeError || error instanceof RangeError) return error;
  const code = sqlStateOf(error);
  if (error instanceof pg.DatabaseError && code !== undefined && !passing.test(code)) return error;
  if (code !== undefined && isWrongDoor(code)) return error;
  return new StoreUnavailableError('The database does not answer; look whether it runs and can be reached.', {
    cause: error,
  });
}

/** A wrong password, or no such database: somebody has to do something about it. */
const isWrongDoor = (code: string): boolean => /^(28|3D)/.test(code);

/** PostgreSQL's five characters for what went wrong; the cause's where the store has given it another name. */
export function sqlStateOf(error: unknown): string | undefined {
  if (error instanceof StoreUnavailableError) return sqlStateOf(error.cause);
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Part of a select list: the transaction is flushed before it is told of, whatever the server's default is. */
export const flushed = `CASE WHEN current_setting('synchronous_commit') IN ('off', 'local', 'remote_write')
  THEN set_config('synchronous_commit', 'on', true) END`;

/** Part of a select list: the transaction waits for no flush; the next one that does flushes it too. */
export const unflushed = `set_config('synchronous_commit', 'off', true)`;

/**
 * A condition that is true of every count from `least` on, and tells the planner that it is true of few rows. Without it
 * a hundred rows are expected of each parameter, for which reading a table that was made today from end to end looks
 * cheap; and the plan is kept while the table grows.
 */
export const few = (column: string, least: number): string =>
  `${column} BETWEEN ${least} AND ${Number.MAX_SAFE_INTEGER}`;

/**
 * 'owed', for a comparison with a call's state that neither a partial index nor an estimate is derived from: each call of
 * a batch is looked up by its key. The index of open calls is empty when all of a day is delivered; statistics that were
 * made then make reading all of it look cheap, once for each row of the batch, and that plan is kept when a desk is away
 * and a hundred thousand are owed. @param column of the batch, never null.
 */
export const owedOf = (column: string): string => `CASE WHEN ${column} IS NOT NULL THEN 'owed' END`;

const unstorable = String.fromCharCode(0);

/** Text of others as PostgreSQL can store it: without U+0000 and without half a character. */
export const storable = (text: string): string => text.replaceAll(unstorable, '\ufffd').toWellFormed();
