import { setTimeout as shortly } from 'node:timers/promises';
import { stopwatch } from '../../src/platform/stopwatch.ts';
import type { Fault } from '../../src/replay/checklist.ts';
import type { ServerClient } from '../../src/replay/server-client.ts';
import type { Measures, Phase } from './measures.ts';
import { PlayedSession } from './session.ts';

/** When a message was due, and the phases that it fell due in. */
type Due = Readonly<{ at: number; phases: readonly Phase[] }>;

/** One thing that a side of a session says again and again. @returns the phases to count its lateness in. */
type Turn = Readonly<{ offsetMs: number; act: (due: Due) => void }>;

export type LoadParts = Readonly<{
  client: ServerClient;
  virtualAgentId: string;
  measures: Measures;
  report: (fault: Fault) => void;
}>;

/** Each side of each session says one thing in this time. */
const periodMs = 1_000;

/**
 * Sessions in which both sides write at fixed moments, whether or not what they wrote before has arrived: a server that
 * stands still for a second is late for all that fell due in it, not only for one message a session.
 */
export class SteadyLoad {
  readonly sessions: PlayedSession[] = [];
  readonly #parts: LoadParts;
  readonly #turns: Turn[] = [];
  #timer: NodeJS.Timeout | null = null;
  #next = 0;
  #roundAt = 0;

  constructor(parts: LoadParts, count: number) {
    this.#parts = parts;
    for (let index = 0; index < count; index += 1) this.#add(((index + 0.5) * periodMs) / count / 2);
    this.#turns.sort((left, right) => left.offsetMs - right.offsetMs);
  }

  begin(): void {
    this.#roundAt = stopwatch();
    this.#run();
  }

  /** Says nothing more. */
  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  /** The end user writes in the first half of each period, the live agent in the second. */
  #add(offsetMs: number): void {
    const written = new Map<number, Due>();
    const replied = new Map<number, Due>();
    const { client, virtualAgentId, report } = this.#parts;
    const session = new PlayedSession({
      ...{ client, virtualAgentId, report },
      onArrival: (index) => measure(written, index, ({ sentToDesk }) => sentToDesk),
      onHeard: (index) => measure(replied, index, ({ outboundToUser }) => outboundToUser),
    });
    const index = this.sessions.push(session) - 1;
    let replies = 0;
    const write = (due: Due): void => {
      written.set(session.sent, due);
      session.say(`End user ${index} of a healthy desk writes for the ${session.sent + 1}. time.`);
    };
    const reply = (due: Due): void => {
      replied.set(replies, due);
      replies += 1;
      session.reply(`The live agent of ${index} writes for the ${replies}. time.`);
    };
    this.#turns.push({ offsetMs, act: write }, { offsetMs: offsetMs + periodMs / 2, act: reply });
  }

  #run(): void {
    for (;;) {
      const turn = this.#turns[this.#next];
      if (turn === undefined) {
        this.#next = 0;
        this.#roundAt += periodMs;
        continue;
      }
      const at = this.#roundAt + turn.offsetMs;
      const lateMs = stopwatch() - at;
      if (lateMs < 0) {
        this.#timer = setTimeout(() => this.#run(), -lateMs);
        return;
      }
      const phases = this.#parts.measures.now;
      for (const { late } of phases) late.add(lateMs);
      turn.act({ at, phases });
      this.#next += 1;
    }
  }
}

function measure(due: Map<number, Due>, index: number, of: (phase: Phase) => Phase['late']): void {
  const was = due.get(index);
  due.delete(index);
  const ms = stopwatch() - (was?.at ?? 0);
  for (const phase of was?.phases ?? []) of(phase).add(ms);
}

/** Waits until all that was said has arrived. @returns whether it has, within the patience. */
export async function allComplete(sessions: readonly PlayedSession[], patienceMs: number): Promise<boolean> {
  const end = stopwatch() + patienceMs;
  while (!sessions.every(({ complete }) => complete)) {
    if (stopwatch() > end) return false;
    await shortly(20);
  }
  return true;
}
