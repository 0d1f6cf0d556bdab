// A short run of `npm run fuzz` over every operation, frame and connection.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz } from '../proof/fuzz/fuzz.ts';
import { summary } from '../proof/fuzz/report.ts';

test('nothing that can be sent is answered with a 5xx, ends the process, or changes what it is refused', async () => {
  const report = await fuzz({
    seed: 4,
    requests: 1_500,
    frames: 600,
    raw: 80,
    refusals: 60,
    workers: 10,
    mostSeconds: 100,
  });
  assert.equal(report.findings.size, 0, summary(report));
  assert.ok(report.count() >= 1_500 && report.frames >= 600 && report.raw >= 80 && report.refusals >= 60);
});
