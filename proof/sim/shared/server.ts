import type { Chance } from '../../random.ts';
import type { DiskEvents } from '../disk/disk.ts';
import type { Witness } from '../witness.ts';
import type { World } from '../world/world.ts';
import { Database } from './database.ts';

/** The base of all clocks: midnight, so that instants in a trace can be read. */
export const epoch = Date.UTC(2026, 0, 1);

/** What was not flushed is, this soon. */
const flushLaterMs = 600;

/** The machine of the database: it goes down and comes back with what it need not have kept, or without. */
export class Server {
  readonly database: Database;
  readonly #world: World;
  readonly #witness: Witness;
  readonly #chance: Chance;
  isUp = true;
  /** Counts how often it came up: connections end with a life. */
  life = 1;
  #isFlushing = false;
  /** All is well: no statement is lost any more. */
  isCalm = false;

  constructor(world: World, witness: Witness) {
    this.#world = world;
    this.#witness = witness;
    this.#chance = world.chance('database');
    const events = {
      onDurable: ({ session, events }: Parameters<DiskEvents['onDurable']>[0]) => witness.flushed(session, events),
      onPublished: witness.published,
    };
    this.database = new Database(events, () => this.#flushSoon());
  }

  now(): number {
    return Math.floor(epoch + this.#world.scheduler.time);
  }

  isLocked(): boolean {
    return !this.isCalm && this.#chance.happens(0.05);
  }

  /** @param keeps the share of what was not flushed that survives. */
  goDown(keeps: number): void {
    if (!this.isUp) return;
    this.isUp = false;
    const unflushed = this.database.unflushed();
    const kept = Math.round(unflushed * keeps);
    this.#world.tell('database', () =>
      unflushed === 0 ? 'goes down' : `goes down; of ${unflushed} writes that were not flushed ${kept} survive`,
    );
    this.database.crash(kept);
    if (kept < unflushed) {
      this.#witness.happened('writes forgotten by the database');
      this.#witness.forgot();
    }
    this.#witness.happened('database restarted');
    this.#witness.diskRefuses(true);
  }

  comeUp(): void {
    if (this.isUp) return;
    this.isUp = true;
    this.life += 1;
    this.#world.tell('database', () => 'is back');
    this.#witness.diskRefuses(false);
  }

  #flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    const { scheduler, outside } = this.#world;
    scheduler.plan(outside, flushLaterMs, () => {
      this.#isFlushing = false;
      this.database.flushed(this.database.mark());
    });
  }
}
