// Measures what a message costs on SQLite and on PostgreSQL with several nodes, with an empty log and with one that has
// grown: the same driver, the same dialogues, in turns. README.md says what for.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readDialogues } from '../src/replay/dialogues.ts';
import { replay } from '../src/replay/replay.ts';
import { type DatabaseServer, startDatabaseServer } from './engines/database-server.ts';
import { type Measured, measureSubject, type Running } from './engines/measure.ts';
import { seedPostgres } from './engines/seed-postgres.ts';
import { seedSqlite } from './engines/seed-sqlite.ts';
import { type Compared, enginesTable, growthOf, growthTable, mostGrowth } from './engines/table.ts';
import { generatedDialogues } from './generated-dialogues.ts';
import type { Load } from './measure.ts';
import { folder, key, startNode } from './subjects.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    events: { type: 'string', default: '10000000' },
    repeat: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
    sessions: { type: 'string', default: '200' },
    only: { type: 'string', default: 'SQLite,1,2,3' },
    quick: { type: 'boolean', default: false },
    statements: { type: 'boolean', default: false },
  },
});
const [file] = positionals;
const quick = values.quick;
const dialogues =
  file === undefined ? generatedDialogues(quick ? 20 : 400, 1) : readDialogues(readFileSync(file, 'utf8'));
const load: Load = {
  dialogues,
  ...{ repeat: quick ? 1 : Number(values.repeat), sessions: quick ? 10 : Number(values.sessions), idempotent: false },
};
const events = quick ? 2_000 : Number(values.events);
const rounds = quick ? 1 : Number(values.rounds);
// Two runs at once do not meet.
const sqliteFolder = join(folder, `engines-${process.pid}`);
const grownFolder = join(sqliteFolder, 'grown');
const freshFolder = join(sqliteFolder, 'fresh');
process.on('exit', () => rmSync(sqliteFolder, { recursive: true, force: true }));

const say = (text: string): void => console.error(text);

type Subject = Readonly<{ name: string; empty: () => Promise<Measured>; full: () => Promise<Measured> }>;

const server = await startDatabaseServer(
  values.statements ? ['-c', 'shared_preload_libraries=pg_stat_statements', '-c', 'compute_query_id=on'] : [],
);
try {
  const grownUrl = await server.newDatabase();
  await seedBoth(grownUrl);
  const wanted = values.only.split(',');
  const subjects = [sqlite(), ...[1, 2, 3].map((nodes) => postgres(server, grownUrl, nodes))].filter(({ name }) =>
    wanted.some((one) => name === one || name.startsWith(`PostgreSQL, ${one} `)),
  );
  report(await playAll(subjects));
} finally {
  await server.stop();
}

/** One play of all dialogues is what is copied. */
async function seedBoth(grownUrl: string): Promise<void> {
  const seed = async (name: string, start: () => Promise<Running>, copy: () => Promise<object> | object) => {
    const startedAt = performance.now();
    const running = await start();
    await replay({ ...load, repeat: 1, url: running.nodes[0]?.url ?? '', key, unsigned: true });
    await running.stop();
    const rows = JSON.stringify(await copy());
    say(`${name} holds ${rows} after ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
  };
  await seed('PostgreSQL', startPostgres(server, grownUrl, 1), () => seedPostgres(grownUrl, events));
  await seed('SQLite', startSqlite(grownFolder), () => seedSqlite(join(grownFolder, 'baton.sqlite'), events));
}

async function playAll(subjects: readonly Subject[]): Promise<readonly Compared[]> {
  const compared = subjects.map(({ name }) => ({ name, empty: [] as Measured[], full: [] as Measured[] }));
  for (let round = 1; round <= rounds; round += 1) {
    for (const [index, subject] of subjects.entries()) {
      // Which of the two comes first changes from round to round.
      const order = round % 2 === 1 ? (['empty', 'full'] as const) : (['full', 'empty'] as const);
      for (const which of order) {
        const measured = await subject[which]();
        compared[index]?.[which].push(measured);
        const { report: played, nodesUs, databaseUs } = measured;
        const cpu = `${nodesUs.toFixed(0)} + ${databaseUs.toFixed(0)} µs`;
        say(`round ${round}, ${subject.name}, ${which}: ${played.messagesPerSecond.toFixed(0)} messages/s, ${cpu}`);
      }
    }
  }
  return compared;
}

function report(compared: readonly Compared[]): void {
  const turns = dialogues.reduce((sum, dialogue) => sum + dialogue.turns.length, 0);
  console.log(
    [
      `\n${dialogues.length} dialogues, ${turns} messages, ${load.repeat} times, ${load.sessions} conversations at once,`,
      `${rounds} rounds in turns; a full log holds ${events} events.`,
      `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores, Node ${process.version}.\n`,
    ].join(' '),
  );
  console.log(`${enginesTable(compared)}\n\n${growthTable(compared)}`);
  const grown = compared.filter((one) => growthOf(one) > mostGrowth);
  // A few messages say nothing about their cost.
  if (grown.length === 0 || quick) return;
  console.log(
    `\nA message costs more than ${mostGrowth} times as much on a full log: ${grown.map(({ name }) => name)}.`,
  );
  process.exitCode = 1;
}

function sqlite(): Subject {
  return {
    name: 'SQLite',
    empty: () => {
      rmSync(freshFolder, { recursive: true, force: true });
      return measureSubject(startSqlite(freshFolder), null, load);
    },
    full: () => measureSubject(startSqlite(grownFolder), null, load),
  };
}

function postgres(database: DatabaseServer, grownUrl: string, nodes: number): Subject {
  return {
    name: `PostgreSQL, ${nodes} ${nodes === 1 ? 'node' : 'nodes'}`,
    empty: async () => {
      const url = await database.newDatabase();
      const measured = await observed(url, () => measureSubject(startPostgres(database, url, nodes), database, load));
      await database.drop(url);
      return measured;
    },
    full: () => observed(grownUrl, () => measureSubject(startPostgres(database, grownUrl, nodes), database, load)),
  };
}

function startSqlite(data: string): () => Promise<Running> {
  return async () => {
    mkdirSync(data, { recursive: true, mode: 0o700 });
    const node = await startNode({ BATON_DATA: data });
    return { nodes: [node], database: null, stop: () => node.stop() };
  };
}

function startPostgres(database: DatabaseServer, url: string, count: number): () => Promise<Running> {
  return async () => {
    const nodes = [await startNode({ DATABASE_URL: url })];
    while (nodes.length < count) nodes.push(await startNode({ DATABASE_URL: url }));
    const stop = async (): Promise<void> => {
      await Promise.all(nodes.map((node) => node.stop()));
    };
    return { nodes, database, stop };
  };
}

/** With --statements: what PostgreSQL's time goes to, in its own count. */
async function observed(url: string, work: () => Promise<Measured>): Promise<Measured> {
  if (!values.statements) return work();
  await server.ask(url, 'CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA public');
  await server.ask(url, 'SELECT public.pg_stat_statements_reset()');
  const measured = await work();
  const rows = await server.ask(
    url,
    `SELECT calls, round(total_exec_time) AS ms, round((mean_exec_time * 1000)::numeric) AS us, rows,
       shared_blks_read AS read, left(regexp_replace(query, '\\s+', ' ', 'g'), 90) AS query
     FROM public.pg_stat_statements ORDER BY total_exec_time DESC LIMIT 12`,
  );
  console.table(rows);
  return measured;
}
