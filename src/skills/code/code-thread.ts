import { Worker } from 'node:worker_threads';
import type { SkillAnswer } from '../../core/skills.ts';
import type { Cancel, Clock } from '../../platform/clock.ts';
import { graceMs, threadHeapMb, threadIdleMs, threadStackMb } from './limits.ts';
import { failed, inTime, type Reply, type Task, type ThreadData } from './task.ts';

type State = 'starting' | 'free' | 'busy' | 'over' | 'stillborn';

export type CodeThread = Readonly<{
  /** Starting, free for a task, at one, or over; `stillborn` ended before it was ready. */
  state: () => State;
  /** Only while it is free. */
  answer: (task: Task) => Promise<SkillAnswer>;
  /** Nobody waits for the answer any more: the code is interrupted, and killed if it takes no notice. */
  giveUp: () => void;
  stop: () => Promise<void>;
}>;

type Running = { settle: (answer: SkillAnswer) => void; cancel: Cancel };

const ended = 'The thread of the code ended.';

/** The thread gets no environment, and no flags of the process but this one. */
function startWorker(data: ThreadData): Worker {
  const worker = new Worker(new URL('./code-worker.ts', import.meta.url), {
    workerData: data,
    env: {},
    execArgv: ['--disable-warning=ExperimentalWarning'],
    resourceLimits: { stackSizeMb: threadStackMb, maxOldGenerationSizeMb: threadHeapMb },
  });
  // Not at once: Node 24 holds the process again when the thread has started.
  worker.once('message', () => worker.unref());
  return worker;
}

function listen(worker: Worker, hear: (reply: Reply) => void, end: (cause: string) => void): void {
  worker.on('message', hear);
  worker.on('error', () => end('The thread of the code broke down; the code may use too much memory.'));
  worker.on('exit', () => end(ended));
}

const isOver = (state: State): boolean => state === 'over' || state === 'stillborn';

/** What a thread has said already counts, though this one was too busy to hear it. */
const afterNews = (clock: Clock, ms: number, action: () => void): Cancel => clock.after(ms, () => clock.soon(action));

/** One thread that runs code, one task at a time. @param changed called when it became free or ended. */
export function codeThread(clock: Clock, changed: () => void, idleMs: number = threadIdleMs): CodeThread {
  const givenUp = new Int32Array(new SharedArrayBuffer(4));
  const worker = startWorker({ givenUp, idleMs });
  let state: State = 'starting';
  let running: Running | null = null;
  const settle = (answer: SkillAnswer): void => {
    running?.cancel();
    running?.settle(answer);
    running = null;
  };
  const end = (cause: string): void => {
    if (isOver(state)) return;
    state = state === 'starting' ? 'stillborn' : 'over';
    settle(failed(cause));
    changed();
  };
  const stop = async (cause: string): Promise<void> => {
    end(cause);
    await worker.terminate();
  };
  const hear = (reply: Reply): void => {
    if (isOver(state) || (reply.kind === 'idle' && state === 'busy')) return;
    if (reply.kind === 'idle') return void stop(ended);
    state = 'free';
    if (reply.kind === 'done') settle(reply.answer);
    changed();
  };
  const arm = (task: Running, ms: number, cause: string): void => {
    task.cancel();
    task.cancel = afterNews(clock, ms, () => running === task && void stop(cause));
  };
  listen(worker, hear, end);
  return {
    state: () => state,
    answer: (task) => {
      const { promise, resolve } = Promise.withResolvers<SkillAnswer>();
      state = 'busy';
      running = { settle: resolve, cancel: () => {} };
      arm(running, task.timeoutMs + graceMs, inTime(task.timeoutMs));
      Atomics.store(givenUp, 0, 0);
      worker.postMessage(task);
      return promise;
    },
    giveUp: () => {
      Atomics.store(givenUp, 0, 1);
      if (running !== null) arm(running, graceMs, 'The code was given up.');
    },
    stop: () => stop('The server is stopping.'),
  };
}
