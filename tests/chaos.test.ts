// A short run of `npm run chaos`: the real program is killed under load, and every message is accounted for.
import { strict as assert } from 'node:assert';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { troublesOf } from '../proof/chaos/report.ts';
import { runChaos } from '../proof/chaos/run.ts';

const seed = 'npm test';

// It takes ten seconds where nothing else runs; a machine that is shared may be ten times slower.
const timeout = 300_000;

test('a program that is killed five times under load loses, reorders and invents nothing', { timeout }, async (t) => {
  const { report, folder } = await runChaos({
    ...{ seed, kills: 5, messages: 2_000, sessions: 40, disk: 'none', keep: false, plant: null },
    ...{ desks: 'brisk', stop: t.signal, say: (line) => t.diagnostic(`seed "${seed}": ${line}`) },
  });
  assert.equal(report.troubles.length, 0, `\n${troublesOf(report)}\nseed "${seed}"; data and log are in ${folder}`);
  assert.ok(Number(report.figures['messages accepted']) >= 2_000);
  assert.ok(Number(report.figures['kills (SIGKILL)']) >= 5);
  rmSync(folder, { recursive: true, force: true });
});
