// The real program, killed again and again under load; see ../README.md.
import { parseArgs } from 'node:util';
import { plantNames } from './plants.ts';
import { tableOf, troublesOf } from './report.ts';
import { runChaos } from './run.ts';

const usage = `npm run chaos -- [options]

  --kills N        how often the program is killed, 100 by default
  --messages N     how many messages are accepted at least, 200000 by default
  --sessions N     sessions at a time, 240 by default
  --seed TEXT      repeats the choices of a run; a new one by default
  --disk WAY       best (default), mount, quota or none: how the disk is made full
  --keep           keep the data folder also when all is well
  --plant NAME     hurt the record before it is reconciled, to see that it is noticed:
                   ${plantNames.join(', ')}`;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    messages: { type: 'string', default: '200000' },
    sessions: { type: 'string', default: '240' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_007) },
    disk: { type: 'string', default: 'best' },
    keep: { type: 'boolean', default: false },
    plant: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

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
  const { report, folder } = await runChaos({
    seed: values.seed,
    kills: Number(values.kills),
    messages: Number(values.messages),
    sessions: Number(values.sessions),
    disk: values.disk as 'best',
    desks: 'all',
    stop: stop.signal,
    keep: values.keep,
    plant: values.plant ?? null,
    say: (line) => console.log(line),
  });
  console.log(`\n${tableOf(report)}`);
  if (report.troubles.length > 0) {
    console.log(`\n${troublesOf(report)}\n\nseed ${values.seed}; data and log are kept in ${folder}`);
    process.exitCode = 1;
  } else console.log('\nEvery message is accounted for.');
}
