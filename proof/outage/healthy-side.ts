import { pause, systemClock } from '../../src/platform/clock.ts';
import type { Fault } from '../../src/replay/checklist.ts';
import { ServerClient } from '../../src/replay/server-client.ts';
import { Desk } from './desk.ts';
import type { Measures } from './measures.ts';
import { type BatonServer, key } from './server.ts';
import { handOverAll, PlayedSession, publish } from './session.ts';
import { allComplete, SteadyLoad } from './steady-load.ts';

/** What came of the sessions at the healthy desk. */
export type HealthyReport = Readonly<{
  /** What the end users wrote, and what of it arrived. */
  written: number;
  arrived: number;
  unsigned: number;
  faulty: number;
  /** The first of them. */
  faults: readonly Fault[];
}>;

const clock = systemClock();
const virtualAgentId = 'outage-healthy';
const writeEveryMs = 1_000;
const mostFaults = 10;

/** A desk that stays, sessions under a steady load that are measured, and sessions that it may answer with 500. */
export class HealthySide {
  readonly #client: ServerClient;
  readonly #desk: Desk;
  readonly #bySession = new Map<string, PlayedSession>();
  readonly #load: SteadyLoad;
  readonly #troubled: readonly PlayedSession[];
  readonly #faults: Fault[] = [];
  #faulty = 0;

  /** @param troubled sessions that are not measured. */
  constructor({ url }: BatonServer, measures: Measures, counts: Readonly<{ healthy: number; troubled: number }>) {
    this.#client = new ServerClient({ url, key, clock, connections: 64, patienceMs: 60_000 });
    this.#desk = new Desk((call) => {
      const session = this.#bySession.get(String(call.body.sessionId));
      if (session !== undefined) return session.hearAtDesk(call);
      this.#report({ where: 'at the healthy desk', expected: 'its own sessions', got: String(call.body.sessionId) });
      return 404;
    });
    const parts = { client: this.#client, virtualAgentId, report: (fault: Fault) => this.#report(fault) };
    this.#load = new SteadyLoad({ ...parts, measures }, counts.healthy);
    this.#troubled = Array.from({ length: counts.troubled }, () => new PlayedSession(parts));
  }

  /** Hands all sessions over and begins to write. */
  async open(): Promise<void> {
    this.#desk.trust(await publish(this.#client, virtualAgentId, await this.#desk.open()));
    await handOverAll(this.#all, (session) => this.#bySession.set(session.id, session));
    this.#load.begin();
  }

  /** Answers some sessions with 500, whose end users go on writing, while something is done. */
  async trouble(count: number, during: () => Promise<void>): Promise<void> {
    const sessions = this.#troubled.slice(0, count);
    for (const session of sessions) session.status = 500;
    const over = new AbortController();
    const writing = sessions.map((session, index) => this.#write(session, index / count, over.signal));
    try {
      await during();
    } finally {
      over.abort();
      await Promise.all(writing);
    }
  }

  /** Answers all sessions with 200 again. */
  content(): void {
    for (const session of this.#troubled) session.status = 200;
  }

  /** Writes nothing more, and waits for what is under way. */
  async finish(patienceMs: number): Promise<HealthyReport> {
    this.#load.end();
    if (!(await allComplete(this.#all, patienceMs))) {
      this.#report({ where: 'at the healthy desk', expected: 'all that was said', got: 'less' });
    }
    const sum = (of: (session: PlayedSession) => number): number =>
      this.#all.reduce((total, session) => total + of(session), 0);
    return {
      ...{ written: sum(({ sent }) => sent), arrived: sum(({ arrived }) => arrived), unsigned: this.#desk.unsigned },
      ...{ faulty: this.#faulty, faults: this.#faults },
    };
  }

  async close(): Promise<void> {
    this.#load.end();
    for (const session of this.#all) session.leave();
    await this.#client.close();
    await this.#desk.close();
  }

  /** @param share of the time between two messages that passes before the first: not all write at once. */
  async #write(session: PlayedSession, share: number, over: AbortSignal): Promise<void> {
    await pause(clock, share * writeEveryMs, over);
    while (!over.aborted) {
      session.say(`The desk answers 500 to this for the ${session.sent + 1}. time.`);
      await pause(clock, writeEveryMs, over);
    }
  }

  get #all(): readonly PlayedSession[] {
    return [...this.#load.sessions, ...this.#troubled];
  }

  #report(fault: Fault): void {
    this.#faulty += 1;
    if (this.#faults.length < mostFaults) this.#faults.push(fault);
  }
}
