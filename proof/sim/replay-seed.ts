import { readFileSync, writeFileSync } from 'node:fs';
import type { Plan } from './plan/plan.ts';
import { plant } from './plant-hook.ts';
import { plants } from './plants.ts';

const shrinkForMs = 120_000;

/** Puts a fault into the program. @returns false, and says why, when there is none of that name. */
function planted(name: string | null): boolean {
  if (name === null) return true;
  const fault = plants[name];
  if (fault === undefined) console.error(`There is no plant "${name}"; "npm run sim -- --plants" lists them.`);
  else plant(fault);
  return fault !== undefined;
}

type ReplayOptions = Readonly<{ plantName: string | null; save: string | null }>;

/** Plays one seed with its trace; where it fails, the smallest plan that fails alike. @returns the exit code. */
export async function replaySeed(seed: string, { plantName, save }: ReplayOptions): Promise<number> {
  if (!planted(plantName)) return 1;
  // Only now, for a fault must be there when the program is loaded.
  const { run } = await import('./run.ts');
  const { planOf } = await import('./plan/seeds.ts');
  const { shrink } = await import('./shrink.ts');
  const plan = planOf(seed);
  const { violation } = await run(plan);
  if (violation === null) {
    await sayTrace(plan);
    console.log(`\nSeed ${seed} keeps every promise.`);
    return 0;
  }
  console.log(`Seed ${seed} breaks invariant ${violation.invariant}: ${violation.message}`);
  console.log('Looking for the smallest plan that does so …\n');
  const smallest = await shrink(plan, violation.invariant, performance.now() + shrinkForMs);
  if (save !== null) writeFileSync(save, `${JSON.stringify(smallest, null, 2)}\n`);
  await sayTrace(smallest);
  return 1;
}

/** Plays a plan that was kept in a file. @returns the exit code. */
export async function playPlan(file: string, plantName: string | null): Promise<number> {
  if (!planted(plantName)) return 1;
  const violation = await sayTrace(JSON.parse(readFileSync(file, 'utf8')) as Plan);
  return violation ? 1 : 0;
}

/** @returns whether a promise was broken. */
async function sayTrace(plan: Plan): Promise<boolean> {
  const { run } = await import('./run.ts');
  const { tracer } = await import('./trace.ts');
  const trace = tracer();
  const { violation } = await run(plan, trace);
  console.log(trace.lines.join('\n'));
  return violation !== null;
}
