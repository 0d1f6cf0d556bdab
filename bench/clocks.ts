// Measures a great many sessions whose live agents owe an answer: memory, start, and how late those are ended whose time
// has come. README.md says what for.
import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDesk } from './clocks/desk.ts';
import { waitingMs } from './clocks/first-session.ts';
import { postgresKeeper } from './clocks/postgres.ts';
import { copyAndCheck, type Keeper, type Lateness, type Measured, measureClocks, playOriginal } from './clocks/run.ts';
import { sqliteKeeper } from './clocks/sqlite.ts';
import { startDatabaseServer } from './engines/database-server.ts';
import { folder } from './subjects.ts';

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '1000000' },
    due: { type: 'string', default: '20000' },
    window: { type: 'string', default: '60' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: 'SQLite,PostgreSQL' },
  },
});
const sessions = values.quick ? 2_000 : Number(values.sessions);
const due = values.quick ? 100 : Number(values.due);
const windowMs = values.quick ? 3_000 : Number(values.window) * 1_000;

type Row = Readonly<{ name: string; measured: Measured }>;
const rows: Row[] = [];
const say = (text: string): void => console.error(text);

if (values.only.includes('SQLite')) {
  // Two runs at once do not meet.
  const data = join(folder, `clocks-${process.pid}`);
  process.on('exit', () => rmSync(data, { recursive: true, force: true }));
  mkdirSync(data, { recursive: true, mode: 0o700 });
  await measureAll('SQLite', sqliteKeeper(data), [1]);
}
if (values.only.includes('PostgreSQL')) {
  const server = await startDatabaseServer();
  try {
    await measureAll('PostgreSQL', await postgresKeeper(server), [1, 3]);
  } finally {
    await server.stop();
  }
}
report();

/** First with nothing else in the database, then among all that rest. */
async function measureAll(engine: string, keeper: Keeper, nodeCounts: readonly number[]): Promise<void> {
  const desk = await openDesk();
  const original = await playOriginal(keeper, desk);
  let first = 1;
  const measure = async (nodes: number): Promise<void> => {
    const measured = await measureClocks({ keeper, original, desk, nodes, first, due, windowMs });
    first += due;
    const name = `${engine}${engine === 'SQLite' ? '' : `, ${nodes} ${nodes === 1 ? 'node' : 'nodes'}`}`;
    rows.push({ name, measured });
    say(`${name}, ${measured.waiting} clocks: ${JSON.stringify(measured)}`);
  };
  for (const nodes of nodeCounts) await measure(nodes);
  const now = Date.now();
  // Hours from now on, and so begun within the hours before.
  const rest = {
    first: 1_000_000_000,
    count: sessions - due,
    fromMs: now + waitingMs / 2,
    toMs: now + waitingMs - 60_000,
  };
  await copyAndCheck(keeper, original, rest);
  say(`${engine}: ${sessions} sessions were copied in ${((Date.now() - now) / 1000).toFixed(0)} s.`);
  for (const nodes of nodeCounts) await measure(nodes);
  desk.close();
}

function report(): void {
  const megabytes = (bytes: number | null): string => (bytes === null ? '—' : `${Math.round(bytes / 2 ** 20)} MB`);
  const late = ({ p50, p99, most }: Lateness): string => `${p50.toFixed(0)} / ${p99.toFixed(0)} / ${most} ms`;
  const heads = [
    ...['', 'clocks that run', 'fall due', 'start to ready', 'memory of a node after the start', 'and at most'],
    ...['memory of PostgreSQL', 'ended late, p50 / p99 / most', 'desk told late, p50 / p99 / most'],
    ...['early', 'missing', 'twice', 'CPU of nodes'],
  ];
  const lines = rows.map(({ name, measured: one }) => [
    ...[name, one.waiting, one.due, `${one.readyMs.toFixed(0)} ms`, megabytes(one.rssAtStart), megabytes(one.mostRss)],
    ...[megabytes(one.databaseBytes), late(one.decided), late(one.told), one.early, one.missing, one.twice],
    `${(one.cpuUs / 1e6).toFixed(1)} s`,
  ]);
  console.log(
    `\n${due} clocks run out within ${windowMs / 1000} s. ${cpus()[0]?.model}, ${availableParallelism()} cores, Node ${process.version}.\n`,
  );
  console.log(
    [heads, heads.map((_, index) => (index === 0 ? '---' : '---:')), ...lines]
      .map((cells) => `| ${cells.join(' | ')} |`)
      .join('\n'),
  );
  if (rows.some(({ measured: { early, missing, twice } }) => early + missing + twice > 0)) process.exitCode = 1;
}
