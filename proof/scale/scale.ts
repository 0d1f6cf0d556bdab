// Plans for many sessions a day, and plays the spreading, losses and an upgrade. docs/scale.md says what for.
import { parseArgs } from 'node:util';
import { plans } from './plans.ts';
import { brokenOf, play } from './play.ts';
import * as report from './report.ts';

const usage = `npm run scale                          100 million sessions a day
npm run scale -- --sessions 1e9        another number
npm run scale -- --plan built          ${Object.keys(plans).join(', ')}; cells by default
npm run scale -- --seed 7              other choices
npm run scale -- --instances 20        so many in a cell, instead of as many as are needed
npm run scale -- --inputs              what the arithmetic rests on`;

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '1e8' },
    plan: { type: 'string', default: 'cells' },
    seed: { type: 'string', default: '1' },
    instances: { type: 'string', default: '0' },
    inputs: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

process.exitCode = main();

function main(): number {
  const { seed } = values;
  const sessions = Number(values.sessions);
  const instances = Number(values.instances);
  const plan = plans[values.plan];
  const isFit = sessions >= 1e4 && sessions <= 1e10 && (instances === 0 || instances >= 2);
  if (values.help || plan === undefined || !isFit) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  if (values.inputs) {
    console.log(report.inputsTable());
    return 0;
  }
  const result = play({ ...plan, instances }, sessions, seed);
  const sizes = [1e7, 1e8, 1e9].map((size) => play(plan, size, seed));
  const parts: readonly (readonly [string, string])[] = [
    ['Spreading', report.spreadingTable(seed)],
    ['Balancers', report.balancerTable(result.plan.instances, seed)],
    [`Plan "${plan.name}": ${plan.says}`, report.demandTable(sizes)],
    [`At ${report.short(sessions)} sessions a day: where the time goes`, report.timeTable(result)],
    ['Losses', report.lossText(result)],
    ['Limits', report.findingsTable(result.findings)],
    ['What breaks first', report.fallsTable(seed)],
  ];
  for (const [name, text] of parts) console.log(`\n${name}\n\n${text}`);
  const broken = brokenOf(result);
  for (const { limit, value, most, unit } of broken) {
    console.error(`\nBroken: ${limit}, ${report.short(value)} ${unit}, at most ${report.short(most)} ${unit}.`);
  }
  if (broken.length === 0) console.log(`\nAll ${result.findings.length} limits hold.`);
  return broken.length === 0 ? 0 : 1;
}
