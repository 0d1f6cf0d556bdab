import { parentPort, workerData } from 'node:worker_threads';
import { type Cancel, systemClock } from '../../platform/clock.ts';
import { openSandbox } from './sandbox.ts';
import { standBack } from './stand-back.ts';
import type { Reply, Task, ThreadData } from './task.ts';

/** The thread of custom code: one task after the other. Whether it ends is the main thread's to say. */
const { givenUp, idleMs } = workerData as ThreadData;
const clock = systemClock();
let sandbox = await openSandbox();
// Not before: what was read for it may have started threads that all of the program shares.
standBack();
let cancelIdle: Cancel = () => {};

function post(reply: Reply): void {
  parentPort?.postMessage(reply);
}

async function handle(task: Task): Promise<void> {
  cancelIdle();
  if (sandbox.isWorn()) sandbox = await openSandbox();
  post({ kind: 'done', answer: sandbox.answer(task, () => Atomics.load(givenUp, 0) === 1) });
  sandbox.tidy();
  cancelIdle = clock.after(idleMs, () => post({ kind: 'idle' }));
}

let work = Promise.resolve();
parentPort?.on('message', (task: Task) => {
  work = work.then(() => handle(task));
});
post({ kind: 'ready' });
