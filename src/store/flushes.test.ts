import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { countFlushes } from './flushes.ts';

/** A disk that takes its time. */
function slowDisk() {
  const waiting: (() => void)[] = [];
  const flushes = countFlushes(() => new Promise((resolve) => waiting.push(resolve)));
  return { ...flushes, waiting };
}

async function isPending(promise: Promise<void>): Promise<boolean> {
  let pending = true;
  void promise.then(() => {
    pending = false;
  });
  await turn();
  return pending;
}

test('what was committed is waited for until it is on disk, and never after that', async () => {
  const { flush, flushed, waiting } = slowDisk();
  assert.equal(await isPending(flushed()), false, 'nothing was committed');
  const committed = flush();
  const read = flushed();
  assert.equal(await isPending(read), true);
  waiting.shift()?.();
  await Promise.all([committed, read]);
  assert.equal(await isPending(flushed()), false);
  assert.equal(waiting.length, 0, 'the disk was not asked again');
});

test('who waits for all is told after each who waits for their own, whatever order the disk answers in', async () => {
  const { flush, flushed, waiting } = slowDisk();
  const order: string[] = [];
  const told = [flush().then(() => order.push('first')), flush().then(() => order.push('second'))];
  const all = flushed().then(() => order.push('all'));
  const [first, second] = waiting;
  second?.();
  await turn();
  assert.deepEqual(order, ['second']);
  first?.();
  await Promise.all([...told, all]);
  assert.deepEqual(order, ['second', 'first', 'all']);
});
