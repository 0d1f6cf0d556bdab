// npm run fuzz -- [--seed N] [--runs N]: requests of every operation and frames against the real program.
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.ts';
import { summary } from './report.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    runs: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '600' },
  },
});
const seed = values.seed === undefined ? Math.floor(Math.random() * 1e9) : Number(values.seed);
const runs = Number(values.runs);
if (!Number.isInteger(seed) || !Number.isInteger(runs) || runs < 1) {
  console.error('Give whole numbers: npm run fuzz -- --seed 7 --runs 100000');
  process.exit(2);
}
console.log(`Fuzzing with seed ${seed}; ${runs} requests.`);
const share = (part: number): number => Math.ceil(runs * part);
const report = await fuzz({
  seed,
  requests: runs,
  frames: share(0.5),
  raw: share(0.05),
  refusals: share(0.06),
  workers: 10,
  mostSeconds: Number(values.seconds),
});
console.log(summary(report));
process.exitCode = report.findings.size === 0 ? 0 : 1;
