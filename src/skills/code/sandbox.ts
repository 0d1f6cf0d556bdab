import variant from '@jitl/quickjs-wasmfile-release-sync';
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSSyncVariant,
  type QuickJSWASMModule,
} from 'quickjs-emscripten-core';
import type { SkillAnswer } from '../../core/skills.ts';
import { systemRandom } from '../../platform/random.ts';
import { stopwatch } from '../../platform/stopwatch.ts';
import { guest } from './guest.ts';
import { imageOf } from './image.ts';
import { maxMemoryBytes, maxSandboxBytes, maxStackBytes } from './limits.ts';
import { answerOf, brokeSandbox, causeOf, syntaxFault, tooDeep, tooMuchMemory } from './report.ts';
import { failed, inTime, type Task } from './task.ts';

// 1. Each run begins with the same memory: a runtime that was made once and has run nothing. After it that is put back, byte
//    by byte, so that no run sees another. (To make and free one per run took ten times as long: 1 ms of CPU against 0.1.)
// 2. An instance in which something was thrown through WebAssembly, or whose memory has grown, is used no more: memory
//    never shrinks, and QuickJS goes astray when an allocation fails at a bad moment (pushing objects to a list for ever
//    ends in an access out of bounds, which only WebAssembly makes harmless).
// 3. What the code did cannot undo that its time was over: the mark of the interruption decides, not the error.

/** Runs code, one after the other, in one instance of QuickJS. */
export type Sandbox = Readonly<{
  /** @param isGivenUp asked while the code runs: whether it shall end at once. */
  answer: (task: Task, isGivenUp: () => boolean) => SkillAnswer;
  /** Undoes all that the last run did; after the answer was sent. */
  tidy: () => void;
  /** Whether another sandbox should take over. */
  isWorn: () => boolean;
}>;

/** What runs find. `isOver` is asked every 10,000 steps or so, by QuickJS itself. */
type Cell = {
  readonly runtime: QuickJSRuntime;
  readonly context: QuickJSContext;
  readonly guest: QuickJSHandle;
  isOver: () => boolean;
  isInterrupted: boolean;
};

/** TypeScript knows it from browsers only. */
declare const WebAssembly: {
  Memory: new (limits: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
};

/** Its types are those of its CommonJS form, where it is a property of what is imported here. */
const release = variant as unknown as QuickJSSyncVariant;

/** An instance that goes down says so in its own words, on the server's standard error. */
const quiet: object = { print: () => {}, printErr: () => {} };

const random = systemRandom();

const pageBytes = 65_536;
/** What a fresh instance has. Whoever reaches the limit of QuickJS makes it grow. */
const startBytes = maxMemoryBytes;
/** Between two looks at the clock: jobs made of built-in functions alone never ask for an interruption. */
const jobsAtOnce = 200;

function openCell(quickjs: QuickJSWASMModule): Cell {
  const runtime = quickjs.newRuntime({ memoryLimitBytes: maxMemoryBytes, maxStackSizeBytes: maxStackBytes });
  const context = runtime.newContext();
  const made = context.evalCode(guest, 'guest', { type: 'global' });
  const cell: Cell = { runtime, context, guest: context.unwrapResult(made), isOver: () => false, isInterrupted: false };
  runtime.setInterruptHandler(() => {
    cell.isInterrupted ||= cell.isOver();
    return cell.isInterrupted;
  });
  return cell;
}

/** What was thrown, and frees it. Its own accessors are code, too, and end when the time does. */
function read(cell: Cell, error: QuickJSHandle): Readonly<Record<string, unknown>> {
  const text = (key: string): string => {
    using value = cell.context.getProp(error, key);
    return cell.context.typeof(value) === 'string' ? cell.context.getString(value) : '';
  };
  try {
    const type = cell.context.typeof(error);
    if (type !== 'object' || error.value === cell.context.null.value) return { name: 'null' };
    return { name: text('name'), message: text('message'), stack: text('stack') };
  } finally {
    error.dispose();
  }
}

/** As a function's body; the second of two ways to write a function, so that a body that closes the first is found out. */
const asExpression = (code: string): string => `(function (parameters, say) {\n${code}\n})`;
const asMethod = (code: string): string => `({ code(parameters, say) {\n${code}\n} })`;
const asDeclaration = (code: string): string => `function code(parameters, say) {\n${code}\n}`;

function check(cell: Cell, { code }: Task): SkillAnswer {
  for (const wrapped of [asDeclaration(code), asMethod(code)]) {
    const compiled = cell.context.evalCode(wrapped, 'code', { type: 'global', compileOnly: true });
    if (compiled.error !== undefined) return failed(syntaxFault(read(cell, compiled.error), code));
    compiled.value.dispose();
  }
  return { kind: 'answered', parameters: [], messages: [], output: 'default' };
}

/** Calls a function of the guest; a text that says what failed, or its result. */
function call(
  cell: Cell,
  name: 'start' | 'end',
  ...given: QuickJSHandle[]
): QuickJSHandle | Readonly<{ failed: string }> {
  using method = cell.context.getProp(cell.guest, name);
  const result = cell.context.callFunction(method, cell.context.undefined, ...given);
  if (result.error === undefined) return result.value;
  // Nothing in the guest throws by itself: what ends it is a limit.
  const cause = causeOf(read(cell, result.error), '');
  return { failed: cause === tooDeep ? tooDeep : tooMuchMemory };
}

function runJobs({ runtime, isOver }: Cell): boolean {
  while (runtime.hasPendingJob()) {
    const done = runtime.executePendingJobs(jobsAtOnce);
    done.dispose();
    if (done.error !== undefined || isOver()) return false;
  }
  return true;
}

function run(cell: Cell, task: Task & { kind: 'run' }): SkillAnswer {
  const { context, runtime } = cell;
  const late = failed(inTime(task.timeoutMs));
  const compiled = context.evalCode(asExpression(task.code), 'code', { type: 'global' });
  if (compiled.error !== undefined) {
    const thrown = read(cell, compiled.error);
    return cell.isInterrupted ? late : failed(causeOf(thrown, task.code));
  }
  using code = compiled.value;
  using given = context.newString(JSON.stringify(task.given));
  using seed = context.newNumber(Math.floor(random.chance() * 2 ** 32));
  const started = call(cell, 'start', given, code, seed);
  if ('failed' in started) return cell.isInterrupted ? late : failed(started.failed);
  started.dispose();
  if (cell.isInterrupted || !runJobs(cell)) return late;
  // Code that was stopped for its memory may hold all of it still, and saying so takes some.
  runtime.setMemoryLimit(2 * maxMemoryBytes);
  const ended = call(cell, 'end');
  if (cell.isInterrupted) return late;
  if ('failed' in ended) return failed(ended.failed);
  using report = ended;
  return answerOf(context.getString(report), task.code);
}

/** A new instance; what WebAssembly compiled before is found again, so that it takes some 10 ms. */
export async function openSandbox(): Promise<Sandbox> {
  const wasmMemory = new WebAssembly.Memory({ initial: startBytes / pageBytes, maximum: maxSandboxBytes / pageBytes });
  const quickjs = await newQuickJSWASMModuleFromVariant(newVariant(release, { wasmMemory, emscriptenModule: quiet }));
  const cell = openCell(quickjs);
  const restore = imageOf(wasmMemory.buffer);
  let isBroken = false;
  return {
    answer: (task, isGivenUp) => {
      const until = stopwatch() + task.timeoutMs;
      cell.isOver = () => stopwatch() > until || isGivenUp();
      cell.isInterrupted = false;
      try {
        return task.kind === 'check' ? check(cell, task) : run(cell, task);
      } catch (error) {
        isBroken = true;
        // The thread's own stack ended before the one that QuickJS counts.
        return failed(error instanceof RangeError ? tooDeep : brokeSandbox);
      }
    },
    tidy: () => {
      isBroken ||= wasmMemory.buffer.byteLength > startBytes;
      if (!isBroken) restore();
    },
    isWorn: () => isBroken,
  };
}
