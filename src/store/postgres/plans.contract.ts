import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { newId, opening, start } from '../kit.contract.ts';
import { attemptsStatement, recordStatement } from './attempts.ts';
import { commitStatement, keepingStatement } from './commit.ts';
import type { Statement } from './database.ts';
import { dayOf } from './days.ts';
import { deliveryStatements } from './deliveries.ts';
import { instanceStatements } from './instances.ts';
import type { PostgresStore } from './postgres-store.ts';
import { sessionStatements } from './sessions.ts';
import { userStatement } from './users.ts';

const rows = 5_000;
const emptyBatch = [...Array.from({ length: 7 }, () => '[]'), 1, 1];
/** With what it keeps for users. */
const keepingBatch = [...emptyBatch, '[]'];

/** That hot statements are served by indexes. @param newDatabase its URL. */
export function plansContract(newDatabase: () => Promise<string>, open: (url: string) => Promise<PostgresStore>): void {
  emptyIndexTest(newDatabase, open);
  test('no hot statement reads a table from end to end, however its plan is made', async () => {
    await onDay(newDatabase, open, async (client, id, day) => {
      // A plan that is made in the first second of a day is kept while the day's tables grow.
      await client.query('SET plan_cache_mode = force_generic_plan');
      for (const [statement, values] of [
        [commitStatement(day), emptyBatch],
        [keepingStatement(day), keepingBatch],
        [recordStatement(day), ['[]', '[]']],
      ] as const) {
        assert.doesNotMatch(await planOf(client, statement, values), new RegExp(`Seq Scan on \\w+_${day}`));
      }
      await fill(client, day);
      for (const mode of ['force_generic_plan', 'force_custom_plan']) {
        await client.query(`SET plan_cache_mode = ${mode}`);
        for (const [statement, values] of hotStatements(id, day)) {
          const plan = await planOf(client, statement, values);
          assert.doesNotMatch(
            plan,
            new RegExp(`Seq Scan on (\\w+_${day}|user_parameters)`),
            `${mode} ${statement.name}:\n${plan}`,
          );
        }
      }
    });
  });
}

/** A database with one session, and the day of its birth. */
async function onDay(
  newDatabase: () => Promise<string>,
  open: (url: string) => Promise<PostgresStore>,
  body: (client: pg.Client, id: string, day: string) => Promise<void>,
): Promise<void> {
  const url = await newDatabase();
  const store = await open(url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const first = opening(start(newId()));
    await store.sessions.commitBatch([first], 1);
    await body(client, first.session.id, dayOf(first.session.id));
  } finally {
    await client.end();
    await store.close();
  }
}

/**
 * When all was delivered as the statistics were made, an index of what is open looks as if it were empty. A plan that
 * reads all of it for each row of a batch is fast then, and takes minutes when a desk is away and much is owed.
 */
function emptyIndexTest(newDatabase: () => Promise<string>, open: (url: string) => Promise<PostgresStore>): void {
  test('sessions and calls are found by their id, also when statistics say that none is held or open', async () => {
    await onDay(newDatabase, open, async (client, _, day) => {
      await fill(client, day);
      await client.query(`UPDATE deliveries_${day} SET state = 'delivered'`);
      await client.query(`UPDATE sessions_${day} SET caller = NULL`);
      await client.query(`VACUUM ANALYZE deliveries_${day}`);
      await client.query(`VACUUM ANALYZE sessions_${day}`);
      await client.query('SET plan_cache_mode = force_generic_plan');
      for (const [statement, values] of [
        [commitStatement(day), emptyBatch],
        [keepingStatement(day), keepingBatch],
        [recordStatement(day), ['[]', '[]']],
        [commitStatement(null), emptyBatch],
        [keepingStatement(null), keepingBatch],
        [recordStatement(null), ['[]', '[]']],
        [instanceStatements.release(day), [1, '[]']],
        [instanceStatements.release(null), [1, '[]']],
      ] as const) {
        const plan = await planOf(client, statement, values);
        const scans = plan.matchAll(new RegExp(`Scan using ((?:deliveries|sessions)_${day}\\S*) .*\\n(.*)`, 'g'));
        for (const [scan, , condition = ''] of scans) {
          assert.match(condition, /Index Cond: .*\b(session_)?id = /, `${statement.name}: ${scan}`);
        }
      }
    });
  });
}

/** Some thousand sessions with two calls each, most of them settled. */
async function fill(client: pg.Client, day: string): Promise<void> {
  const id = `('01890000-0000-7000-9000-' || lpad(g::text, 12, '0'))::uuid`;
  const of = `FROM generate_series(1, ${rows}) g`;
  for (const text of [
    `INSERT INTO sessions_${day} SELECT ${id}, 'support', 1, 3, g, 0, CASE WHEN g % 20 = 0 THEN g * 1000 END, CASE WHEN g % 20 = 0 THEN 1 END, 3, NULL ${of}`,
    `INSERT INTO events_${day} SELECT ${id}, seq, g, 'user-message-received', 1, '{"text":"a"}' ${of}, generate_series(1, 3) seq`,
    `INSERT INTO snapshots_${day} SELECT ${id}, 2, 2, '{}' ${of}`,
    `INSERT INTO answers_${day} SELECT ${id}, 'k', 'f', '{}', g ${of}`,
    `INSERT INTO deliveries_${day} SELECT ${id}, 'h1', seq, 0, 'inbound', 'https://desk.example', NULL,
       CASE WHEN g % 50 = 0 THEN 'owed' ELSE 'delivered' END, 0, g, g, g, NULL, NULL, 0 ${of}, generate_series(1, 2) seq`,
    `INSERT INTO attempts_${day} SELECT ${id}, 'h1', 1, 0, 1, g, 503, 'busy', NULL ${of}`,
    `ANALYZE sessions_${day}, events_${day}, snapshots_${day}, answers_${day}, deliveries_${day}, attempts_${day}`,
    `INSERT INTO user_parameters SELECT 'user ' || g, name, '"a"', g ${of}, unnest(ARRAY['tier', 'city']) name`,
    'ANALYZE sessions, deliveries, attempts, user_parameters',
  ]) {
    await client.query(text);
  }
}

function hotStatements(id: string, day: string): readonly (readonly [Statement, readonly unknown[]])[] {
  const key = [id, 'h1', 1, 0];
  const { events, utterances, event, load, answer, due, next } = sessionStatements;
  const { takeOver, held, release, giveUp, versions } = instanceStatements;
  const { lane, open, owed, owedIn, single, count, debt } = deliveryStatements;
  return [
    [commitStatement(day), emptyBatch],
    [commitStatement(null), emptyBatch],
    [keepingStatement(day), keepingBatch],
    [keepingStatement(null), keepingBatch],
    [recordStatement(day), ['[]', '[]']],
    [recordStatement(null), ['[]', '[]']],
    [events(day), [id, 0, 10]],
    [utterances(day), [id, 0, 10, 10]],
    [event(day), [id, 1]],
    [load(day), [id]],
    [answer(day), [id, 'k', 0]],
    [due, [1000, 10, '{}']],
    [next, [1000, '{}']],
    [lane(day), [id, 'h1', 10]],
    [open(day), [id, 0, 10]],
    [owed, [...key, 10]],
    [single(day), key],
    [count, []],
    [debt(day), [id]],
    [attemptsStatement(day), key],
    [takeOver, [1, '{0}', '{}', 10]],
    [held, [1]],
    [release(day), [1, '[]']],
    [giveUp(day), [1, `{${id}}`]],
    [versions(day), [`{${id}}`]],
    [owedIn(day), [`{${id}}`]],
    [userStatement, ['user 7']],
  ];
}

async function planOf(client: pg.Client, { text }: Statement, values: readonly unknown[]): Promise<string> {
  await client.query(`PREPARE looked_at AS ${text}`);
  const list = values.map((value) => (typeof value === 'number' ? String(value) : `'${String(value)}'`)).join(', ');
  const { rows: lines } = await client.query<{ 'QUERY PLAN': string }>(
    `EXPLAIN EXECUTE looked_at${list === '' ? '' : ` (${list})`}`,
  );
  await client.query('DEALLOCATE looked_at');
  return lines.map((line) => line['QUERY PLAN']).join('\n');
}
