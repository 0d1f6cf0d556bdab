import { Worker } from 'node:worker_threads';
import type { ReportStore } from '../store.ts';
import { StoreUnavailableError } from '../unavailable.ts';
import type { ReportQuestion, ReportReply } from './report-answers.ts';

type Waiting = Readonly<{ resolve: (value: unknown) => void; reject: (error: Error) => void }>;
type Question = ReportQuestion extends infer Each ? (Each extends unknown ? Omit<Each, 'number'> : never) : never;

export type ReportThread = ReportStore & Readonly<{ close: () => Promise<void> }>;

/** Long reads on a worker thread, started by the first of them. @param script of that thread. @param data handed to it. */
export function reportThread(script: URL, data: unknown): ReportThread {
  let worker: Worker | null = null;
  let asked = 0;
  const waiting = new Map<number, Waiting>();
  const fail = (from: Worker, error: Error): void => {
    if (worker !== from) return;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    worker = null;
  };
  const start = (): Worker => {
    const started = new Worker(script, { workerData: data });
    started.unref();
    started.on('error', (error: Error) => fail(started, error));
    started.on('exit', () => fail(started, new Error('The thread for reports ended; ask again.')));
    started.on('message', ({ number, value, error, unavailable }: ReportReply) => {
      const question = waiting.get(number);
      waiting.delete(number);
      if (error === undefined) question?.resolve(value);
      else question?.reject(unavailable === true ? new StoreUnavailableError(error) : new Error(error));
    });
    return started;
  };
  const ask = (question: Question): Promise<unknown> =>
    new Promise((resolve, reject) => {
      asked += 1;
      waiting.set(asked, { resolve, reject });
      worker ??= start();
      worker.postMessage({ ...question, number: asked });
    });
  return {
    sessions: (filter) => ask({ kind: 'sessions', filter }) as ReturnType<ReportStore['sessions']>,
    report: (id) => ask({ kind: 'report', id }) as ReturnType<ReportStore['report']>,
    endpoints: (limit) => ask({ kind: 'endpoints', limit }) as ReturnType<ReportStore['endpoints']>,
    close: async () => {
      await worker?.terminate();
    },
  };
}
