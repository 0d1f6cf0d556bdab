// Runs every test file, and those of the whole house a second time on PostgreSQL.
// Usage: node scripts/test.ts      TEST_DATABASE_URL names the PostgreSQL; without it one is started.
//        node scripts/test.ts studio      only the pages of the studio that are left out of the former
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startTestServer } from '../src/store/postgres/server.contract.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const all = ['{src,tests,proof}/**/*.test.ts'];
/**
 * Pages of the studio, each in every state, that have a command of their own: together they take two cores more than a minute.
 * The way through the studio, its canvas, drafts, tester, forms, list, deliveries, sessions and sign-in are in all.
 */
const pages = [
  'drawers-looks',
  'keys',
  'logs',
  'people',
  'provider',
  'settings',
  'signed-out',
  'tester-troubles',
  'versions',
].map((name) => `tests/web/studio-${name}.test.ts`);
/** Files whose programs keep everything where BATON_TEST_ENGINE says. */
const onBothEngines = [
  'tests/house/*.test.ts',
  'tests/desk/{conversation,crash,outbox,streams}.test.ts',
  'tests/operations/{clock,desk-down,leaked-secret,metrics}.test.ts',
];
/**
 * The programs of the first two get a folder each, whatever the engine is. The others are about the network before and behind
 * the program, or come to nothing in the store that those on both engines do not come to.
 */
const embeddedOnly = [
  ...[
    'cli',
    'manage',
    'network-attempts',
    'rude-sockets',
    'custom-code',
    'flow-nodes',
    'models',
    'templates',
    'import',
  ],
].map((name) => `tests/house/${name}.test.ts`);

/** Many files wait more than they compute: for a flush, a process that starts, a patience that runs out. */
const atOnce = availableParallelism() + 1;

const flags = [
  ...['--test', '--import', './tests/fail-open-handles.ts', '--disable-warning=ExperimentalWarning'],
  ...['--test-timeout=120000', `--test-concurrency=${atOnce}`],
  ...['--test-reporter=spec', '--test-reporter-destination=stdout', '--test-reporter=./scripts/failed-tests.ts'],
];

/** What is said at the very end of those that failed. */
let failed = '';

/** @returns whether all of them passed. */
async function passes(
  title: string,
  files: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  const begunAt = performance.now();
  process.stdout.write(`\n${title}: ${files.length} files, ${atOnce} at once\n`);
  // Types are stripped once, not in every process.
  const env = { ...process.env, NODE_COMPILE_CACHE: `${root}node_modules/.cache/compiled`, ...more };
  const folder = mkdtempSync(join(tmpdir(), 'baton-failed-'));
  const reported = join(folder, 'failed.txt');
  const destination = `--test-reporter-destination=${reported}`;
  const child = spawn(process.execPath, [...flags, destination, ...files], { cwd: root, stdio: 'inherit', env });
  const stop = (): unknown => child.kill('SIGTERM');
  process.once('SIGTERM', stop);
  const [code] = await once(child, 'exit');
  process.off('SIGTERM', stop);
  const seconds = Math.round((performance.now() - begunAt) / 1_000);
  process.stdout.write(`${title}: ${code === 0 ? 'passed' : 'failed'} after ${seconds} s\n`);
  const told = existsSync(reported) ? readFileSync(reported, 'utf8') : '';
  if (told !== '') failed += `\n${title}: failed tests\n\n${told}`;
  rmSync(folder, { recursive: true });
  return code === 0;
}

async function passesOnPostgres(): Promise<boolean> {
  const server = await startTestServer().catch((error: unknown) => {
    process.stderr.write(
      `The whole house on PostgreSQL: failed, for none could be started (${String(error)}); ` +
        'name one in TEST_DATABASE_URL.\n',
    );
    return null;
  });
  if (server === null) return false;
  try {
    const files = globSync(onBothEngines, { cwd: root, exclude: embeddedOnly }).sort();
    const more = { BATON_TEST_ENGINE: 'postgres', TEST_DATABASE_URL: server.url };
    return await passes('The whole house on PostgreSQL', files, more);
  } finally {
    await server.stop();
  }
}

// Ctrl-C reaches the tests by itself; the server is stopped when they have ended.
process.on('SIGINT', () => {});

async function passesAll(): Promise<boolean> {
  const embedded = await passes('Everything', globSync(all, { cwd: root, exclude: pages }).sort());
  return (await passesOnPostgres()) && embedded;
}

const passed = process.argv[2] === 'studio' ? await passes('Pages of the studio', pages) : await passesAll();
process.stdout.write(failed);
process.exitCode = passed ? 0 : 1;
