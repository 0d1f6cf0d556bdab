import type { ParameterValues } from '../../core/flow/parameters.ts';
import type { SkillAnswer } from '../../core/skills.ts';
import type { Clock } from '../../platform/clock.ts';
import { type CodeThread, codeThread } from './code-thread.ts';
import { type FairQueue, fairQueue } from './fair-queue.ts';
import { defaultTimeoutMs, maxCodeLength, maxWaiting, maxWaitMs, threadIdleMs } from './limits.ts';
import { failed, type Task } from './task.ts';

// 1. Code runs in QuickJS on WebAssembly, on a thread of its own, and gets nothing of the host.
// 2. Every run is answered, once, and within its time, what it may wait and a grace: a thread that hangs is killed.
// 3. What one run does to its thread costs that run alone. Those that wait are not lost with it.
// 4. Runs take turns by their code, so that one author's endless loops hold up another's code by the one that
//    runs and the one whose turn is before it.

/** Runs what authors write. */
export type CodeRunner = Readonly<{
  /**
   * @param code a function's body, with `parameters` and `say(text)`.
   * @param given parameters that have a value; others read as undefined.
   * @param options how long the code may run, ms; what it waits for its turn does not count.
   * @returns what changed and what was said; never rejects.
   */
  run: (
    code: string,
    given: ParameterValues,
    options: Readonly<{ timeoutMs: number }>,
    signal: AbortSignal,
  ) => Promise<SkillAnswer>;
  /** A sentence when the code does not parse, or could not be looked at; else null. Nothing of it is executed. */
  faultOf: (code: string) => Promise<string | null>;
  /** Ends what runs and waits with *failed*; what is asked later fails, too. */
  close: () => Promise<void>;
}>;

export type CodeRunnerOptions = Readonly<{
  clock: Clock;
  /**
   * Threads at most. One by default: it answers thousands of trivial runs a second, and on a machine with two cores a
   * second one would take the core that conversations live on.
   */
  threads?: number;
  maxWaiting?: number;
  maxWaitMs?: number;
  /** After how long without work a thread ends. */
  idleMs?: number;
}>;

type Job = {
  readonly task: Task;
  /** The thread that it runs on. */
  thread: CodeThread | null;
  readonly settle: (answer: SkillAnswer) => void;
};

const tooLong = `The code is longer than ${maxCodeLength} characters; shorten it.`;
const tooMuch = 'Too much code waits to be run; try later, or see whether some of it takes long.';
const closed = 'The server is stopping.';
const notStarted = 'The sandbox for code does not start; see whether the installation is complete.';

/** Threads that take jobs off a queue; started when they are needed. */
function crew(
  queue: FairQueue<Job>,
  options: CodeRunnerOptions,
): Readonly<{ pump: () => void; stop: () => Promise<void> }> {
  const { clock, threads: most = 1, idleMs = threadIdleMs } = options;
  let threads: CodeThread[] = [];
  let isStopped = false;
  const begin = async (job: Job, thread: CodeThread): Promise<void> => {
    job.thread = thread;
    job.settle(await thread.answer(job.task));
  };
  const pump = (): void => {
    if (isStopped) return;
    const isBroken = threads.some((thread) => thread.state() === 'stillborn');
    threads = threads.filter((thread) => thread.state() !== 'over' && thread.state() !== 'stillborn');
    if (isBroken && threads.length === 0) {
      for (let job = queue.take(); job !== null; job = queue.take()) job.settle(failed(notStarted));
    }
    for (const thread of threads) {
      const job = thread.state() === 'free' ? queue.take() : null;
      if (job !== null) void begin(job, thread);
    }
    const isStarting = threads.some((thread) => thread.state() === 'starting');
    if (queue.size() > 0 && threads.length < most && !isStarting) threads.push(codeThread(clock, pump, idleMs));
  };
  return {
    pump,
    stop: async () => {
      isStopped = true;
      for (let job = queue.take(); job !== null; job = queue.take()) job.settle(failed(closed));
      await Promise.all(threads.map((thread) => thread.stop()));
    },
  };
}

/** Nothing is started before the first code comes; a runner left alone keeps no process alive. */
export function codeRunner(options: CodeRunnerOptions): CodeRunner {
  const queue = fairQueue<Job>(options.maxWaiting ?? maxWaiting);
  const { pump, stop } = crew(queue, options);
  let isClosed = false;

  const wait = (task: Task, signal: AbortSignal | null, resolve: (answer: SkillAnswer) => void): void => {
    const leave = (cause: string): void => {
      queue.remove(task.code, job);
      job.thread?.giveUp();
      job.settle(failed(cause));
    };
    const abort = (): void => leave('The code was given up.');
    const cancel = options.clock.after(options.maxWaitMs ?? maxWaitMs, () => {
      if (job.thread === null) leave(tooMuch);
    });
    const job: Job = {
      task,
      thread: null,
      settle: (answer) => {
        cancel();
        signal?.removeEventListener('abort', abort);
        resolve(answer);
      },
    };
    signal?.addEventListener('abort', abort);
    queue.add(task.code, job)?.settle(failed(tooMuch));
    pump();
  };
  const ask = (task: Task, signal: AbortSignal | null): Promise<SkillAnswer> =>
    new Promise((resolve) => {
      if (isClosed) resolve(failed(closed));
      else if (signal?.aborted === true) resolve(failed('The code was given up.'));
      else if (task.code.length > maxCodeLength) resolve(failed(tooLong));
      else wait(task, signal, resolve);
    });
  return {
    run: (code, given, { timeoutMs }, signal) => ask({ kind: 'run', code, given, timeoutMs }, signal),
    faultOf: async (code) => {
      const answer = await ask({ kind: 'check', code, timeoutMs: defaultTimeoutMs }, null);
      return answer.kind === 'failed' ? answer.cause : null;
    },
    close: async () => {
      isClosed = true;
      await stop();
    },
  };
}
