// The real program, killed again and again under load; see ../README.md.
import { parseArgs } from 'node:util';
import { plantNames } from './plants.ts';
import { tableOf, troublesOf } from './report.ts';
import { runChaos } from './run.ts';

const usage = `npm run chaos -- [options]

  --kills N        how often the program is killed; 100 by default, 60 with --nodes
  --messages N     how many messages are accepted at least, 200000 by default
  --sessions N     sessions at a time, 240 by default
  --seed TEXT      repeats the choices of a run; a new one by default
  --disk WAY       best (default), mount, quota or none: how the disk is made full
  --keep           keep the data folder also when all is well
  --plant NAME     hurt the record before it is reconciled, to see that it is noticed:
                   ${plantNames.join(', ')}

  --nodes N        so many processes on one PostgreSQL, which is started for them; then there is no full disk, and
  --stops N        how often a node is asked to stop, 8 by default
  --pauses N       how often one is paused for longer than its lease, 6 by default
  --cuts N         how often one is cut from the database, 6 by default
  --restarts N     how often the database is restarted, 6 by default; every second time it crashes
  --resets N       how often all connections to the database break, 6 by default
  --deaf N         how often hints are lost for a while, 6 by default
  --network WAY    best (default), namespaces or proxy: how a node is cut from the database`;

const { values } = parseArgs({
  options: {
    kills: { type: 'string' },
    messages: { type: 'string', default: '200000' },
    sessions: { type: 'string', default: '240' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_007) },
    disk: { type: 'string', default: 'best' },
    keep: { type: 'boolean', default: false },
    plant: { type: 'string' },
    nodes: { type: 'string' },
    stops: { type: 'string', default: '8' },
    pauses: { type: 'string', default: '6' },
    cuts: { type: 'string', default: '6' },
    restarts: { type: 'string', default: '6' },
    resets: { type: 'string', default: '6' },
    deaf: { type: 'string', default: '6' },
    network: { type: 'string', default: 'best' },
    help: { type: 'boolean', default: false },
  },
});

async function run(stop: AbortSignal) {
  const desks: 'all' | 'brisk' = 'all';
  const options = {
    ...{ seed: values.seed, messages: Number(values.messages), sessions: Number(values.sessions), keep: values.keep },
    ...{ desks, plant: values.plant ?? null, stop, say: (line: string) => console.log(line) },
  };
  const { kills, disk, nodes, network } = values;
  if (nodes === undefined) return runChaos({ ...options, kills: Number(kills ?? 100), disk: disk as 'best' });
  // What it needs beyond the program is not there where nobody tests.
  const { runNodesChaos } = await import('./nodes/run.ts');
  const faults = {
    ...{
      kill: Number(kills ?? 60),
      stop: Number(values.stops),
      pause: Number(values.pauses),
      cut: Number(values.cuts),
    },
    ...{ restart: Math.ceil(Number(values.restarts) / 2), crash: Math.floor(Number(values.restarts) / 2) },
    ...{ reset: Number(values.resets), deafen: Number(values.deaf) },
  };
  return runNodesChaos({ ...options, nodes: Number(nodes), faults, network: network as 'best' });
}

if (values.help) console.log(usage);
else {
  console.log(`seed ${values.seed}`);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(1);
      console.log(`${signal}: no more kills; what was done so far is reconciled. Once more ends at once.`);
      stop.abort();
    });
  }
  const { report, folder } = await run(stop.signal);
  console.log(`\n${tableOf(report)}`);
  if (report.troubles.length > 0) {
    console.log(`\n${troublesOf(report)}\n\nseed ${values.seed}; data and log are kept in ${folder}`);
    process.exitCode = 1;
  } else console.log('\nEvery message is accounted for.');
}
