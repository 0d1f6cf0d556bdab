import type { SessionEvent } from '../../../src/core/events.ts';
import type { Session } from '../../../src/core/session.ts';
import { type AgentRows, agentStore } from '../disk/agents.ts';
import type { DiskEvents } from '../disk/disk.ts';
import { Journal } from '../disk/journal.ts';
import { callsIn, type Rows } from '../disk/rows.ts';
import type { UserRows } from '../disk/users.ts';
import type { DiskCall } from '../witness.ts';
import { type InstanceRows, newInstances } from './instances.ts';

type Undo = (back: () => void) => void;

/** Whether a statement waits for its flush; and what is told when what it wrote is there for good. */
export type Flush = 'flushed' | 'later' | 'reads';

type Durable = Readonly<{ session: Session; events: readonly SessionEvent[] }>;

/**
 * One database for all instances. A statement is taken whole, between any two others; what waits for its flush takes with
 * it what was written before and did not wait, and that alone is forgotten when the database goes down.
 */
export class Database {
  readonly rows: Rows = new Map();
  readonly agents: AgentRows = new Map();
  readonly users: UserRows = new Map();
  readonly instances: InstanceRows = newInstances();
  readonly #journal = new Journal();
  readonly #events: DiskEvents;
  readonly #later: () => void;

  /** @param later is called when something was written that waits for no flush. */
  constructor(events: DiskEvents, later: () => void) {
    this.#events = events;
    this.#later = later;
  }

  /** How far it is written now. */
  mark(): number {
    return this.#journal.mark();
  }

  flushed(mark: number): void {
    this.#journal.flushed(mark);
  }

  unflushed(): number {
    return this.#journal.unflushed();
  }

  /** @param keep how many of the writes that were not flushed survive. */
  crash(keep: number): void {
    this.#journal.crash(keep);
  }

  calls(): readonly DiskCall[] {
    return callsIn(this.rows, () => true);
  }

  /** Does a statement, whole or not at all. @param durable which commits are told of when they are there for good. */
  perform<Result>(
    flush: Flush,
    work: (undo: Undo) => Result,
    durable: (result: Result) => readonly Durable[] = () => [],
  ): Result {
    const backs: (() => void)[] = [];
    const undo = (): void => {
      for (const back of backs.reverse()) back();
    };
    try {
      const result = work((back) => backs.push(back));
      if (flush !== 'reads') {
        const tell = (): void => {
          for (const one of durable(result)) this.#events.onDurable(one);
        };
        this.#journal.add({ undo, durable: tell });
      }
      if (flush === 'flushed') this.flushed(this.mark());
      else if (flush === 'later') this.#later();
      return result;
    } catch (error) {
      undo();
      throw error;
    }
  }

  /** The agents, as a statement reads and writes them at once. */
  agentStatements(): ReturnType<typeof agentStore> {
    return agentStore(
      this.agents,
      async (undo, durable) => {
        this.#journal.add({ undo, durable });
        this.flushed(this.mark());
      },
      this.#events.onPublished,
    );
  }
}
