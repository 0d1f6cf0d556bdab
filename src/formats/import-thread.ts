import { Worker } from 'node:worker_threads';
import type { Clock } from '../platform/clock.ts';
import type { ReadFile } from './import-file.ts';
import type { ImportFailure } from './notes.ts';

/** What the thread is handed. */
export type ImportTask = Readonly<{ file: Uint8Array; saidToBeJson: boolean }>;

export type Importer = Readonly<{
  /** Reads a file beside the main thread, one after the other. @returns null when it is closed. */
  read: (task: ImportTask) => Promise<ReadFile | ImportFailure | null>;
  close: () => Promise<void>;
}>;

/**
 * The largest files that are taken keep a thread busy for seconds: 4.9 million objects in 14 kB of zip for 1.6 s of CPU, 2000
 * long texts for 3 s. On the main thread all conversations would wait for that.
 */
const maxMs = 60_000;
/** Twenty million characters of JSON take some 250 MB; what takes more is meant to. */
const heapMb = 384;

const tooLong: ImportFailure = {
  message: 'The file takes longer to read than any export does; export the agent anew.',
};
const tooMuch: ImportFailure = { message: 'The file takes more memory than any export does; export the agent anew.' };

/** A thread for each import, for they are rare: what a stranger's file did to it ends with it. */
export function importThread(clock: Clock): Importer {
  let last: Promise<unknown> = Promise.resolve();
  let stop: (() => Promise<void>) | null = null;
  let isClosed = false;
  const start = async (task: ImportTask): Promise<ReadFile | ImportFailure | null> => {
    if (isClosed) return null;
    const { worker, answer } = run(task, clock, () => isClosed);
    stop = async () => void (await worker.terminate());
    return answer.finally(() => {
      stop = null;
    });
  };
  return {
    read: (task) => {
      const answer = last.then(() => start(task));
      last = answer.catch(() => {});
      return answer;
    },
    close: async () => {
      isClosed = true;
      await stop?.();
    },
  };
}

type Run = Readonly<{ worker: Worker; answer: Promise<ReadFile | ImportFailure | null> }>;

function run({ file, saidToBeJson }: ImportTask, clock: Clock, isClosed: () => boolean): Run {
  // Its own memory goes over to the thread, not a part of a buffer that others have parts of, too.
  const own = new Uint8Array(file);
  const worker = new Worker(new URL('./import-worker.ts', import.meta.url), {
    workerData: { file: own, saidToBeJson } satisfies ImportTask,
    transferList: [own.buffer],
    env: {},
    execArgv: ['--disable-warning=ExperimentalWarning'],
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  });
  const answer = new Promise<ReadFile | ImportFailure | null>((resolve, reject) => {
    const cancel = clock.after(maxMs, () => {
      resolve(tooLong);
      void worker.terminate();
    });
    worker.once('message', resolve);
    worker.once('error', (error: Error & { code?: string }) =>
      error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? resolve(tooMuch) : reject(error),
    );
    // After an answer or an error this says nothing new; without either it was closed.
    worker.once('exit', () => {
      cancel();
      if (isClosed()) resolve(null);
      else reject(new Error('The thread of an import ended without an answer.'));
    });
  });
  return { worker, answer };
}
