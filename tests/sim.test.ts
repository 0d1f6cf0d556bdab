// A short run of `npm run sim`: conversations on a hand clock over a disk that forgets, judged by a model of the invariants.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { playSeeds } from '../proof/sim/crew.ts';
import { makePlan } from '../proof/sim/plan/make-plan.ts';
import { planted } from '../proof/sim/plant-hook.ts';
import { plants } from '../proof/sim/plants.ts';
import { run } from '../proof/sim/run.ts';
import { tracer } from '../proof/sim/trace.ts';

const seeds = 150;

/** Those in which something was found once; each stays. */
const found: readonly number[] = [];

/** Found within a few seeds each; all of them are `npm run sim -- --plant every`. */
const quickly = ['acknowledge-before-flush', 'overtake-in-a-lane', 'two-outcomes', 'resume-off-by-one'] as const;

test(`${seeds} seeds keep every promise`, async (t) => {
  const all = { from: 0, to: seeds, workers: 2, plantName: null, enough: () => false, told: () => {} };
  const { seeds: played, findings, lastedMs, tally } = await playSeeds(all);
  assert.deepEqual(findings, [], 'see "npm run sim -- --seed N"');
  assert.equal(played, seeds);
  t.diagnostic(`${tally.conversations} conversations, ${Math.round(lastedMs / 3_600_000)} hours`);
});

for (const seed of found) {
  test(`seed ${seed}, in which something was found once, keeps every promise`, async () => {
    const { violation } = await run(makePlan(String(seed)));
    assert.equal(violation, null);
  });
}

test('a seed always plays the same', async () => {
  const traces = await Promise.all(
    [1, 2].map(async () => {
      const trace = tracer();
      await run(makePlan('11'), trace);
      return trace.lines;
    }),
  );
  assert.deepEqual(traces[0], traces[1]);
  assert.ok((traces[0]?.length ?? 0) > 50);
});

test('every planted fault still has its place in the program', () => {
  for (const plant of Object.values(plants)) assert.notEqual(planted(plant), '');
});

for (const plantName of quickly) {
  test(`the planted fault ${plantName} is caught`, async () => {
    const enough = ({ findings }: Readonly<{ findings: readonly unknown[] }>): boolean => findings.length > 0;
    const { findings } = await playSeeds({ from: 0, to: 400, workers: 2, plantName, enough, told: () => {} });
    assert.notEqual(findings.length, 0);
  });
}
