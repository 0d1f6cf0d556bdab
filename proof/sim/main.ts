import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { playSeeds, type Sum } from './crew.ts';
import type { Nodes } from './plan/seeds.ts';
import { plants } from './plants.ts';
import { playPlan, replaySeed } from './replay-seed.ts';
import { sayFindings, saySum, sayTally, shortly } from './report.ts';

const usage = `npm run sim                       500 seeds, every second one with several instances on one database
npm run sim -- --seeds 20000      more of them
npm run sim -- --from 100         the first seed
npm run sim -- --nodes one        only seeds of one instance on its own disk; "several" for the others
npm run sim -- --seed 7           one seed (7n: with several instances): its trace, and when it fails the smallest that fails alike
npm run sim -- --seed 7 --save F  and keeps that plan as a file
npm run sim -- --plan F           plays a plan that was kept
npm run sim -- --plant NAME       with a fault in the program, until it is caught; "every" for all of them
npm run sim -- --plants           the faults there are`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '500' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string' },
    plan: { type: 'string' },
    plant: { type: 'string' },
    nodes: { type: 'string' },
    save: { type: 'string' },
    plants: { type: 'boolean', default: false },
    workers: { type: 'string', default: String(availableParallelism()) },
    help: { type: 'boolean', default: false },
  },
});

const workers = Math.max(1, Number(values.workers));
const from = Number(values.from);
/** So many seeds are played until a planted fault counts as missed. */
const mostForPlant = 5_000;
/** From so many seeds on everything that can happen must have happened. */
const seedsForAll = 5_000;

process.exitCode = await main();

async function main(): Promise<number> {
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (values.plants) {
    for (const [name, { wrong }] of Object.entries(plants)) console.log(`${name.padEnd(34)} ${wrong}`);
    return 0;
  }
  if (values.seed !== undefined)
    return replaySeed(values.seed, { plantName: values.plant ?? null, save: values.save ?? null });
  if (values.plan !== undefined) return playPlan(values.plan, values.plant ?? null);
  if (values.plant !== undefined) return catchPlants(values.plant === 'every' ? Object.keys(plants) : [values.plant]);
  return playAll(Number(values.seeds));
}

/** Which plans are played: of one instance, of several, or both in turn. */
function nodesOf(): Nodes {
  const { nodes = 'both' } = values;
  if (nodes === 'one' || nodes === 'several' || nodes === 'both') return nodes;
  throw new Error(`--nodes takes "one", "several" or "both", not "${nodes}".`);
}

async function playAll(seeds: number): Promise<number> {
  const begunAt = performance.now();
  let toldAt = begunAt;
  let known = 0;
  const told = ({ seeds: done, findings }: Sum): void => {
    sayFindings(findings.slice(known));
    known = findings.length;
    if (performance.now() - toldAt < 15_000) return;
    toldAt = performance.now();
    console.log(`${done} of ${seeds} seeds, ${findings.length} violations`);
  };
  const sum = await playSeeds({
    from,
    to: from + seeds,
    workers,
    plantName: null,
    nodes: nodesOf(),
    enough: () => false,
    told,
  });
  const zeros = sayTally(sum.tally, nodesOf());
  saySum(sum, (performance.now() - begunAt) / 1_000);
  const isMissing = seeds >= seedsForAll && zeros.length > 0;
  return sum.findings.length > 0 || isMissing ? 1 : 0;
}

async function catchPlants(names: readonly string[]): Promise<number> {
  let missed = 0;
  for (const name of names) {
    if (plants[name] === undefined) {
      console.error(`There is no plant "${name}"; "npm run sim -- --plants" lists them.`);
      return 1;
    }
    const { seeds, findings } = await playSeeds({
      ...{ from, to: from + mostForPlant, workers, plantName: name, told: () => {} },
      nodes: plants[name]?.several === true ? 'several' : 'one',
      enough: (sum) => sum.findings.length > 0,
    });
    const [first] = findings;
    if (first === undefined) missed += 1;
    const caught =
      first === undefined ? `✖ missed by ${seeds} seeds` : `✔ caught after ${seeds} seeds, seed ${first.seed}`;
    console.log(
      `${caught}  ${name}${first === undefined ? '' : `\n    invariant ${first.invariant}: ${shortly(first.sentence)}`}`,
    );
  }
  console.log(`${names.length - missed} of ${names.length} planted faults were caught.`);
  return missed === 0 ? 0 : 1;
}
