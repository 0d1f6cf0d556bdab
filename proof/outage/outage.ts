// Takes a desk away from the real program for some minutes and brings it back. proof/README.md says what it shows.
import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { table, verdicts } from './report.ts';
import { type Mode, type OutageReport, proveOutage } from './run.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    sessions: { type: 'string', default: '1000' },
    messages: { type: 'string', default: '5' },
    healthy: { type: 'string', default: '100' },
    mode: { type: 'string', default: 'mixed' },
    profile: { type: 'boolean', default: false },
  },
});

const modes: readonly string[] = ['refused', 'hang', 'mixed'] satisfies Mode[];
const root = join(import.meta.dirname, '..', '..', '.data', 'outage');
const folder = join(root, 'database');
const profileFolder = join(root, 'profile');

const numbers = [values.minutes, values.sessions, values.messages, values.healthy].map(Number);
const [minutes = 0, sessions = 0, messages = 0, healthy = 0] = numbers;
if (!modes.includes(values.mode) || !numbers.every((number) => number > 0)) {
  console.error(`Give --minutes, --sessions, --messages and --healthy above 0, and a --mode of ${modes.join(', ')}.`);
  process.exitCode = 2;
} else await prove(values.mode as Mode);

async function prove(mode: Mode): Promise<void> {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const report = await proveOutage({
    ...{ folder, minutes, sessions, messages, healthy, mode },
    nodeArgs: values.profile ? ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`] : [],
    progress: ({ name }) => console.error(`${new Date().toISOString()} over: ${name}`),
  });
  tell(mode, report);
}

function tell(mode: Mode, report: OutageReport): void {
  console.log(
    [
      `\nA desk down for ${minutes} minutes (${mode}), ${sessions} sessions waiting, ${messages} messages each,`,
      `${healthy} sessions on a healthy desk with ${healthy * 2} messages a second.`,
      `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores, Node ${process.version}.\n`,
      `Latencies are p50 / p95 / p99 / most. Connections that the desk took and never answered: ${report.waited.taken}.\n`,
    ].join(' '),
  );
  console.log(`${table(report.phases)}\n`);
  const all = verdicts(report);
  for (const { good, sentence } of all) console.log(`${good ? '✔' : '✖'} ${sentence}`);
  for (const { where, expected, got } of [...report.waited.faults, ...report.healthy.faults]) {
    console.log(`  ${where}: expected ${expected}, got ${got}`);
  }
  process.exitCode = all.every(({ good }) => good) ? 0 : 1;
}
