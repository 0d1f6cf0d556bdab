import { Worker } from 'node:worker_threads';
import type { Flow } from '../../core/flow/flow.ts';
import type { Recognised } from '../../core/understanding.ts';
import type { Cancel, Clock } from '../../platform/clock.ts';

export type Trial = Readonly<{
  /** Names the flow: the same key is never another flow's. */
  key: string;
  text: string;
  intents: readonly string[];
  entity: string | undefined;
  /** Now, ms since 1970. */
  at: number;
}>;

export type TrialAnswer = Readonly<{ intents: readonly Recognised[]; value: string | null }>;

export type TrialTask = Trial & Readonly<{ number: number; flow?: Flow }>;
/** The answer is null where the flow of this key is not at hand. */
export type TrialReply = Readonly<{ number: number; answer: TrialAnswer | null }>;

export type Trials = Readonly<{
  /** Reads a text as the engine would, beside the main thread. @param flow with the words that count. */
  ask: (trial: Trial, flow: Flow) => Promise<TrialAnswer>;
  close: () => Promise<void>;
}>;

const idleMs = 60_000;

type Waiting = Readonly<{ resolve: (answer: TrialAnswer | null) => void; reject: (error: Error) => void }>;

/**
 * Trials on a thread of their own, which the first of them starts and idleness ends. Whoever edits examples tries after each
 * change, and what was changed is learnt anew: 0.1 to 0.2 s for 95 kB of examples, seconds for the most that a draft holds.
 */
export function trialThread(clock: Clock): Trials {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let asked = 0;
  let isClosed = false;
  let cancelIdle: Cancel = () => {};
  const end = (ended: Worker, error: Error): void => {
    if (worker !== ended) return;
    worker = null;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  /** Whoever asks meanwhile gets another thread. */
  const rest = (): void => {
    const idle = worker;
    worker = null;
    void idle?.terminate();
  };
  const hear = ({ number, answer }: TrialReply): void => {
    waiting.get(number)?.resolve(answer);
    waiting.delete(number);
    cancelIdle();
    if (waiting.size === 0 && !isClosed) cancelIdle = clock.after(idleMs, rest);
  };
  const send = (trial: Trial, flow?: Flow): Promise<TrialAnswer | null> =>
    new Promise((resolve, reject) => {
      if (isClosed) return reject(new Error('The server is stopping; try again in a moment.'));
      cancelIdle();
      asked += 1;
      waiting.set(asked, { resolve, reject });
      worker ??= startWorker(hear, end);
      worker.postMessage({ ...trial, number: asked, ...(flow && { flow }) } satisfies TrialTask);
    });
  return {
    ask: async (trial, flow) => {
      const answer = (await send(trial)) ?? (await send(trial, flow));
      if (answer === null) throw new Error('The thread of trials did not take a flow.');
      return answer;
    },
    close: async () => {
      isClosed = true;
      cancelIdle();
      await worker?.terminate();
    },
  };
}

function startWorker(hear: (reply: TrialReply) => void, end: (ended: Worker, error: Error) => void): Worker {
  const worker = new Worker(new URL('./trial-worker.ts', import.meta.url), {
    env: {},
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  worker.on('message', hear);
  worker.on('error', (error: Error) => end(worker, error));
  worker.on('exit', () => end(worker, new Error('The thread of trials ended; try again.')));
  // Not at once: Node 24 holds the process again when the thread has started.
  worker.once('message', () => worker.unref());
  return worker;
}
