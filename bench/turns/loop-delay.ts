// Loaded into the server beside the program: how late its event loop is, written down when SIGUSR2 comes.
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/** Between two looks, which is no delay. */
const everyMs = 5;
const file = process.env.BENCH_LOOP_DELAY;

if (isMainThread && file !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: everyMs });
  delay.enable();
  process.on('SIGUSR2', () => {
    const at = (share: number): number => Math.max(0, delay.percentile(share) / 1e6 - everyMs);
    writeFileSync(file, JSON.stringify({ p50: at(50), p99: at(99), most: at(100) }));
    delay.reset();
  });
}
