import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Fault } from '../../src/replay/checklist.ts';
import type { Mood } from './desk.ts';

/** What came of the sessions that waited. */
export type Waited = Readonly<{
  written: number;
  accepted: number;
  arrived: number;
  /** Calls that came again under their id. */
  repeats: number;
  unsigned: number;
  faulty: number;
  /** The first of them. */
  faults: readonly Fault[];
}>;

/** What the process of the waiting sessions does when it is told so. */
export type Answers = Readonly<{
  /** Publishes a virtual agent, opens sessions and hands them over to its desk. */
  open: (options: { url: string; key: string; count: number }) => Promise<void>;
  /** Takes the desk away, has each session write messages meanwhile, and brings it back. Times in ms. */
  outage: (options: { ms: number; messages: number; moods: readonly Mood[] }) => Promise<
    Readonly<{
      /** Messages that arrived before the return, which cannot be. */
      arrivedBefore: number;
      /** Connections that were taken and never answered. */
      taken: number;
    }>
  >;
  /** Waits until all has arrived, or patience ends; ms from the desk's return to the arrivals. */
  arrive: (options: { patienceMs: number }) => Promise<Readonly<{ halfMs: number; allMs: number }>>;
  /** Closes everything and lets the process end. */
  finish: (options: object) => Promise<Waited>;
}>;

export type Word = {
  [Name in keyof Answers]: Readonly<{ name: Name; options: Parameters<Answers[Name]>[0] }>;
}[keyof Answers];

const program = join(import.meta.dirname, 'waiting-side.ts');

/** The sessions that wait for a desk, and that desk, in a process of their own. */
export class WaitingSide {
  readonly #child: ChildProcess;
  readonly #died: Promise<never>;

  constructor() {
    this.#child = fork(program, [], { execArgv: ['--disable-warning=ExperimentalWarning'] });
    this.#died = once(this.#child, 'exit').then(() => {
      throw new Error('The process of the waiting sessions ended before it was told to.');
    });
    this.#died.catch(() => {}); // Who waits for an answer is told.
  }

  /** Tells it to do something. @returns what came of it. One word at a time. */
  async tell<Name extends keyof Answers>(
    name: Name,
    options: Parameters<Answers[Name]>[0],
  ): Promise<Awaited<ReturnType<Answers[Name]>>> {
    this.#child.send({ name, options });
    const [answer] = await Promise.race([once(this.#child, 'message'), this.#died]);
    return answer.value;
  }

  /** Ends the process, whatever it is doing. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}
