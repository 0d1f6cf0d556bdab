import { Latencies } from '../../src/replay/latencies.ts';
import type { BatonServer } from './server.ts';

/** How long the messages that fell due in one phase took, in ms, counted from when they were due. */
export class Phase {
  readonly name: string;
  /** From the end user's writing to the call at the desk. */
  readonly sentToDesk = new Latencies();
  /** From the live agent's writing to the frame at the end user. */
  readonly outboundToUser = new Latencies();
  /** How late this side itself was to send. */
  readonly late = new Latencies();
  /** What the server was seen to do; null until the phase is over. */
  server: ServerFigures | null = null;

  constructor(name: string) {
    this.name = name;
  }
}

export type ServerFigures = Readonly<{
  seconds: number;
  /** Share of one core; null where the system does not tell. */
  cpu: number | null;
  /** Share of the time in which somebody on this machine waited for a core; null where the system does not tell. */
  short: number | null;
  failedCallsPerSecond: number;
  /** Calls to desks that were owed at the end. */
  owed: number;
  /** Resident memory at the end, bytes. */
  memory: number;
}>;

/** Measures phase after phase; a phase may be part of a longer one, which counts everything of its parts too. */
export class Measures {
  readonly phases: Phase[] = [];
  readonly #server: BatonServer;
  readonly #over: (phase: Phase) => void;
  #now: readonly Phase[] = [];

  /** @param over takes each phase when it is over. */
  constructor(server: BatonServer, over: (phase: Phase) => void = () => {}) {
    this.#server = server;
    this.#over = over;
  }

  /** The phases that are being measured. */
  get now(): readonly Phase[] {
    return this.#now;
  }

  /** Measures while something is done. */
  async phase<Value>(name: string, during: () => Promise<Value>): Promise<Value> {
    const phase = new Phase(name);
    const around = this.#now;
    const before = await this.#server.figures();
    this.phases.push(phase);
    this.#now = [...around, phase];
    try {
      return await during();
    } finally {
      this.#now = around;
      const { at, cpuUs, shortUs, failedCalls, owed, memory } = await this.#server.figures();
      const seconds = (at - before.at) / 1000;
      const share = (now: number | null, then: number | null): number | null =>
        now === null || then === null ? null : (now - then) / 1e6 / seconds;
      phase.server = {
        ...{ seconds, owed, memory },
        ...{ cpu: share(cpuUs, before.cpuUs), short: share(shortUs, before.shortUs) },
        failedCallsPerSecond: (failedCalls - before.failedCalls) / seconds,
      };
      this.#over(phase);
    }
  }
}
