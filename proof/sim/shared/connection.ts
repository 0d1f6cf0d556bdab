import { StoreUnavailableError } from '../../../src/store/unavailable.ts';
import type { Chance } from '../../random.ts';
import type { DatabasePlan } from '../plan/nodes.ts';
import type { Owner } from '../world/scheduler.ts';
import type { World } from '../world/world.ts';
import type { Flush } from './database.ts';
import type { Server } from './server.ts';
import type { Ask } from './stores.ts';

export type ConnectionParts = Readonly<{
  world: World;
  server: Server;
  plan: DatabasePlan;
  chance: Chance;
  owner: Owner;
  name: string;
  happened: (what: string) => void;
  /** A statement has failed; errors that follow from it are excused. */
  failed: () => void;
}>;

/** How long one statement is waited for. */
const patienceMs = 30_000;
const refusedMs = 5;

/** How an instance is cut off: told at once that nobody answers, or told nothing while what it sends waits on its way. */
export type Cut = 'refused' | 'silent' | null;

/**
 * The way of one instance to the database. Each statement takes its time to get there, to be done and to be answered, so
 * those of different instances come in any order; it may be lost on its way there, or its answer on the way back.
 */
export class Connection {
  readonly #parts: ConnectionParts;
  #cut: Cut = null;
  /** What waits for the way to be open again. */
  #stuck: (() => void)[] = [];

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  get cut(): Cut {
    return this.#cut;
  }

  cutOff(how: Cut): void {
    this.#cut = how;
    if (how !== null) return;
    const stuck = this.#stuck;
    this.#stuck = [];
    for (const go of stuck) go();
  }

  readonly ask: Ask = (flush, what, statement) =>
    new Promise((resolve, reject) => {
      const { world, owner } = this.#parts;
      let waits = true;
      const settle = (end: () => void): void => {
        if (!waits) return;
        waits = false;
        end();
      };
      const askedAt = world.scheduler.time;
      const stuck = (): void => {
        const ms = Math.max(0, askedAt + patienceMs - world.scheduler.time);
        const late = (): void => reject(this.#error(`${what}: no answer for ${patienceMs / 1_000} s`));
        world.scheduler.plan(owner, ms, () => settle(late));
      };
      const fail = (why: string): void => {
        world.scheduler.plan(owner, refusedMs, () => settle(() => reject(this.#error(`${what}: ${why}`))));
      };
      const answer = (give: () => void): void => this.#answer(owner, () => settle(give));
      this.#send(flush, { what, statement, isLate: () => !waits, stuck, fail, answer, resolve, reject });
    });

  #answer(owner: Owner, give: () => void): void {
    this.#parts.world.scheduler.hand(owner, () => {
      if (owner.alive) give();
    });
  }

  #send<Result>(flush: Flush, asked: Asked<Result>): void {
    const { server, happened } = this.#parts;
    if (!server.isUp) return asked.fail('the database is down');
    if (this.#cut === 'refused') return asked.fail('the database cannot be reached');
    const { life } = server;
    const arrive = (): void => {
      if (this.#cut === 'silent') {
        happened('statement held up by a cut');
        this.#stuck.push(arrive);
        asked.stuck();
        return;
      }
      if (server.life !== life || !server.isUp || this.#cut !== null) return asked.fail('the connection broke');
      if (this.#happens('lostBefore')) return asked.fail('it was lost on its way');
      if (asked.isLate()) happened('statement done after it was given up');
      this.#perform(flush, life, asked);
    };
    const flushMs = flush === 'flushed' ? this.#parts.plan.flushMs * (0.2 + this.#parts.chance.next()) : 0;
    this.#later(this.#way() + flushMs, arrive);
  }

  #perform<Result>(
    flush: Flush,
    life: number,
    { what, statement, stuck, fail, answer, resolve, reject }: Asked<Result>,
  ): void {
    const { server, happened } = this.#parts;
    let result: Result | Promise<Result>;
    try {
      result = statement();
    } catch (error) {
      this.#later(this.#way(), () => answer(() => reject(error)));
      return;
    }
    const isLost = this.#happens('lostAfter');
    const back = (): void => {
      if (this.#cut === 'silent') {
        stuck();
        this.#stuck.push(back);
        return;
      }
      if (isLost || server.life !== life || this.#cut !== null) {
        if (flush === 'flushed') happened('answer of a commit lost');
        this.#parts.world.tell(this.#parts.name, () => `is not told that "${what}" was done`);
        return fail('its answer was lost');
      }
      answer(() => resolve(result));
    };
    this.#later(this.#way(), back);
  }

  #happens(what: 'lostBefore' | 'lostAfter'): boolean {
    const { chance, plan, server } = this.#parts;
    return !server.isCalm && chance.happens(plan[what]);
  }

  #way(): number {
    const { chance, plan, server } = this.#parts;
    const ms = plan.latencyMs * (0.1 + chance.next());
    return !server.isCalm && chance.happens(plan.slow) ? ms + chance.next() * plan.slowMs : ms;
  }

  /** Whatever is under way goes on although its instance is gone. */
  #later(ms: number, action: () => void): void {
    const { scheduler, outside } = this.#parts.world;
    scheduler.plan(outside, ms, action);
  }

  #error(why: string): StoreUnavailableError {
    this.#parts.failed();
    this.#parts.happened('statement failed');
    return new StoreUnavailableError(why);
  }
}

type Asked<Result> = Readonly<{
  what: string;
  statement: () => Result | Promise<Result>;
  /** Whether nobody waits for it any more. */
  isLate: () => boolean;
  /** It waits on its way, and whoever asked loses patience. */
  stuck: () => void;
  fail: (why: string) => void;
  answer: (give: () => void) => void;
  resolve: (result: Result | Promise<Result>) => void;
  reject: (error: unknown) => void;
}>;
