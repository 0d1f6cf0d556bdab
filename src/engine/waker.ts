import type { Cancel, Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { SessionStore } from '../store/store.ts';

export type WakerParts = Readonly<{
  sessions: SessionStore;
  clock: Clock;
  log: Log;
  wake: (sessionId: string) => Promise<unknown>;
  /** Whether other instances commit too. */
  isShared: boolean;
}>;

const atOnce = 500;
/** The column is looked at this often in any case. */
const longestSleepMs = 60_000;
/** Where others commit too, who may be gone before they wake what they wanted to be woken. */
const longestSleepAmongOthersMs = 1_000;
const retryMs = 1_000;

/**
 * Wakes sessions whose deadlines have come. The deadline is a column; the timer here is only a guess at the next one,
 * and it is made anew from the column whenever it rings.
 */
export class Waker {
  readonly #parts: WakerParts;
  #running = false;
  #round: Promise<void> | null = null;
  #ringsAt = Number.POSITIVE_INFINITY;
  #cancel: Cancel = () => {};
  /** It rang while a round was under way, which may have looked too early to see why. */
  #rangAgain = false;
  /** Where others commit too: found due and not woken, so that nobody else looks for them for a while. */
  #unwoken: readonly string[] = [];

  constructor(parts: WakerParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#running = true;
    this.#ring();
  }

  /** A session was committed that wants to be woken at `at`. */
  schedule(at: number): void {
    if (!this.#running || at >= this.#ringsAt) return;
    this.#cancel();
    this.#ringsAt = at;
    this.#cancel = this.#parts.clock.after(Math.max(0, at - this.#parts.clock.now()), () => this.#ring());
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#cancel();
    await this.#round;
  }

  #ring(): void {
    this.#cancel();
    this.#ringsAt = Number.POSITIVE_INFINITY;
    if (this.#round !== null) {
      this.#rangAgain = true;
      return;
    }
    const { clock, log } = this.#parts;
    this.#round = this.#wakeDue().then(
      (next) => this.#finish(next),
      (error: unknown) => {
        log.error({ error: String(error) }, 'Waking sessions failed; trying again.');
        this.#finish(clock.now() + retryMs);
      },
    );
  }

  #finish(next: number): void {
    this.#round = null;
    this.schedule(this.#rangAgain ? this.#parts.clock.now() : next);
    this.#rangAgain = false;
  }

  async #wakeDue(): Promise<number> {
    const { sessions, clock, log, wake } = this.#parts;
    // Those that cannot be woken now must hold up neither those that can nor those whose time is still to come.
    const failed = new Set<string>();
    let why: unknown;
    while (this.#running) {
      const at = clock.now();
      const found = await sessions.claimDue(at, atOnce + failed.size);
      const due = [...new Set([...this.#unwoken, ...found])].filter((id) => !failed.has(id));
      if (due.length === 0) {
        // One that failed and is due no more was overtaken by a command that found its deadline passed.
        const left = Math.max(found.length, this.#unwoken.length);
        if (left > 0) log.error({ sessions: left, error: String(why) }, 'Sessions could not be woken; trying again.');
        // One that somebody held just now was passed over, and is due still.
        const next = await sessions.nextWakeAt(this.#parts.isShared ? at - 1 : at);
        const longest = this.#parts.isShared ? longestSleepAmongOthersMs : longestSleepMs;
        return Math.min(next ?? Number.POSITIVE_INFINITY, clock.now() + (left > 0 ? retryMs : longest));
      }
      const results = await Promise.allSettled(due.map(wake));
      for (const [index, id] of due.entries()) {
        const result = results[index];
        if (result?.status !== 'rejected') continue;
        failed.add(id);
        why = result.reason;
      }
      if (this.#parts.isShared) this.#unwoken = [...failed];
    }
    return Number.POSITIVE_INFINITY;
  }
}
