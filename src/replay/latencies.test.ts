import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Latencies } from './latencies.ts';

it('knows nothing before something is measured', () => {
  assert.equal(new Latencies().quantiles(), null);
});

it('gives quantiles within two per cent', () => {
  const latencies = new Latencies();
  for (let ms = 1000; ms >= 1; ms -= 1) latencies.add(ms);
  const { p50 = 0, p99 = 0 } = latencies.quantiles() ?? {};
  assert.ok(Math.abs(p50 / 500 - 1) < 0.02, `p50 is ${p50}`);
  assert.ok(Math.abs(p99 / 990 - 1) < 0.02, `p99 is ${p99}`);
});

it('takes what is too short to be told from nothing', () => {
  const latencies = new Latencies();
  for (const ms of [-1, 0, 0.001]) latencies.add(ms);
  assert.ok((latencies.quantiles()?.p99 ?? 1) <= 0.01);
});
