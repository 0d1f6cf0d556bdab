// A short run of `npm run sim`: conversations on a hand clock over a disk that forgets, judged by a model of the invariants.
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { playSeeds } from '../proof/sim/crew.ts';
import type { Plan } from '../proof/sim/plan/plan.ts';
import { planOf } from '../proof/sim/plan/seeds.ts';
import { planted } from '../proof/sim/plant-hook.ts';
import { plants } from '../proof/sim/plants.ts';
import { run } from '../proof/sim/run.ts';
import { tracer } from '../proof/sim/trace.ts';

const folder = new URL('../proof/sim/found/', import.meta.url);
const program = fileURLToPath(new URL('../proof/sim/main.ts', import.meta.url));

/** Found within a few seeds each; all of them are `npm run sim -- --plant every`. */
const quickly = [...['acknowledge-before-flush', 'overtake-in-a-lane', 'calls-of-others-overtaken']];

for (const [nodes, seeds] of [
  ['one', 60],
  ['several', 15],
] as const) {
  test(`${seeds} seeds with ${nodes} of the program keep every promise`, async (t) => {
    const all = { from: 0, to: seeds, workers: 2, plantName: null, nodes, enough: () => false, told: () => {} };
    const { seeds: played, findings, lastedMs, tally } = await playSeeds(all);
    assert.deepEqual(findings, [], 'see "npm run sim -- --seed N"');
    assert.equal(played, seeds);
    t.diagnostic(`${tally.conversations} conversations, ${Math.round(lastedMs / 3_600_000)} hours`);
  });
}

/** @returns the exit code. */
const play = (...options: readonly string[]): Promise<number | null> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...options], { stdio: 'ignore' });
    child.on('error', reject);
    child.on('exit', resolve);
  });

for (const name of readdirSync(folder).map((file) => file.replace('.json', ''))) {
  test(`what was found once, ${name}, is found no more, and again without its repair`, async () => {
    const file = new URL(`${name}.json`, folder);
    const { violation } = await run(JSON.parse(readFileSync(file, 'utf8')) as Plan);
    assert.equal(violation, null);
    assert.equal(await play('--plan', fileURLToPath(file), '--plant', name), 1);
  });
}

test('a seed always plays the same', async () => {
  for (const seed of ['10', '8n']) {
    const lines: (readonly string[])[] = [];
    for (const _ of [1, 2]) {
      const trace = tracer();
      await run(planOf(seed), trace);
      lines.push(trace.lines);
    }
    assert.deepEqual(lines[0], lines[1]);
    assert.ok((lines[0]?.length ?? 0) > 50);
  }
});

test('every planted fault still has its place in the program', () => {
  for (const plant of Object.values(plants)) assert.notEqual(planted(plant), '');
});

for (const plantName of quickly) {
  test(`the planted fault ${plantName} is caught`, async () => {
    const enough = ({ findings }: Readonly<{ findings: readonly unknown[] }>): boolean => findings.length > 0;
    const { findings } = await playSeeds({
      from: 0,
      to: 400,
      workers: 2,
      plantName,
      nodes: plants[plantName]?.several ? ('several' as const) : ('one' as const),
      enough,
      told: () => {},
    });
    assert.notEqual(findings.length, 0);
  });
}
