// Measures what a turn through a flow costs, and what code and webhooks of some sessions cost the others' messages. README.md
// says what for.
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ServerProcess } from './server-process.ts';
import { profileFolder } from './subjects.ts';
import { measureBeside } from './turns/beside.ts';
import { type Costs, measureCosts } from './turns/cost.ts';
import { decideCost } from './turns/decide-cost.ts';
import { besideRatio, besideTable, costTable } from './turns/table.ts';

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '200' },
    turns: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '3' },
    rate: { type: 'string', default: '250' },
    seconds: { type: 'string', default: '20' },
    crowd: { type: 'string', default: '1000' },
    odd: { type: 'string', default: '50' },
    only: { type: 'string', default: 'cost,beside' },
    profile: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
  },
});
const quick = values.quick;
const rounds = quick ? 1 : Number(values.rounds);
const mostTimes = 2;
const say = (text: string): void => console.error(text);

const web = await ServerProcess.start([join(import.meta.dirname, 'turns', 'web-process.ts')], {});
try {
  console.log(`${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores, Node ${process.version}.`);
  if (values.only.includes('cost')) await cost();
  if (values.only.includes('beside')) await beside();
} finally {
  await web.stop();
}

async function cost(): Promise<void> {
  const plan = { sessions: quick ? 20 : Number(values.sessions), each: quick ? 8 : Number(values.turns) };
  const all: Costs[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const costs = await measureCosts({ ...plan, webUrl: web.url }, round % 2 === 0);
    all.push(costs);
    say(`round ${round}: ${JSON.stringify(costs)}`);
  }
  console.log(`\n${plan.sessions} sessions at once, ${plan.each} turns or messages of each, ${rounds} rounds.\n`);
  console.log(costTable(all, decideCost(quick ? 1_000 : 40_000)));
}

async function beside(): Promise<void> {
  const [perSecond, seconds] = [quick ? 50 : Number(values.rate), quick ? 2 : Number(values.seconds)];
  const crowd = quick ? 50 : Number(values.crowd);
  const stretches = await measureBeside(
    {
      ...{ rounds, ms: seconds * 1000, perSecond, relaySessions: quick ? 10 : 100, crowd, webUrl: web.url },
      ...{ thinkMs: quick ? [500, 1_000] : [5_000, 10_000], oddOneIn: Number(values.odd) },
      nodeArgs: values.profile ? ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`] : [],
    },
    say,
  );
  const ratio = besideRatio(stretches);
  console.log(`\n${perSecond} messages/s relayed for ${seconds} s; ${crowd} other sessions.\n`);
  console.log(besideTable(stretches));
  console.log(`\nBeside the others the relay's p99 is ${ratio.toFixed(2)} times its usual.`);
  if (!quick && ratio > mostTimes) process.exitCode = 1;
}
