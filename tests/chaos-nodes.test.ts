// A short run of `npm run chaos -- --nodes 2`: several real processes on a real PostgreSQL, and every message accounted for.
import { strict as assert } from 'node:assert';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { runNodesChaos, storyOf } from '../proof/chaos/nodes/run.ts';
import { troublesOf } from '../proof/chaos/report.ts';

const seed = 'npm test';
const faults = { kill: 2, stop: 1, pause: 1, cut: 1, restart: 0, crash: 1, reset: 1, deafen: 1 };

// It takes half a minute where nothing else runs; a machine that is shared may be ten times slower.
const timeout = 400_000;

test('two nodes that are killed, paused and cut off, on a database that crashes, lose and reorder nothing', {
  timeout,
}, async (t) => {
  const { report, folder } = await runNodesChaos({
    ...{ seed, nodes: 2, faults, messages: 1_500, sessions: 30, keep: false, plant: null, desks: 'brisk' },
    ...{ network: 'best', stop: t.signal, say: (line) => t.diagnostic(`seed "${seed}": ${line}`) },
  });
  const where = `seed "${seed}"; logs are in ${folder}`;
  assert.equal(report.troubles.length, 0, `${where}\n${storyOf(folder)}\n${troublesOf(report)}`);
  const { figures } = report;
  assert.ok(Number(figures['messages accepted']) >= 1_500);
  assert.ok(Number(figures['kills (SIGKILL)']) >= 2);
  for (const done of ['pauses beyond the lease', 'cuts from the database', 'crashes of the database']) {
    assert.equal(figures[done], 1, done);
  }
  rmSync(folder, { recursive: true, force: true });
});
