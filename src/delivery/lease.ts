import { type Clock, pause } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { SharedStore } from '../store/shared.ts';

/** For how long an instance that does not renew keeps what it holds. */
export const leaseMs = 8_000;

const renewEveryMs = 2_000;

/**
 * What an instance knows of its own lease, and of those of others. It counts from before the database was asked, so it is
 * over here before it is over there.
 */
export class Lease {
  readonly #shared: Pick<SharedStore, 'renew'>;
  readonly #clock: Clock;
  readonly #log: Log;
  /** When the renewal that succeeded last was asked for. */
  #renewedAt: number;
  /** When it was not certain last that all others could renew. */
  #lostAt: number;
  readonly #unsure = new Set<() => void>();
  readonly #over = new AbortController();
  #running: Promise<void> = Promise.resolve();

  /** The instance joined just now; before that, the database may have been away. */
  constructor(shared: Pick<SharedStore, 'renew'>, clock: Clock, log: Log) {
    this.#shared = shared;
    this.#clock = clock;
    this.#log = log;
    this.#renewedAt = clock.now();
    this.#lostAt = clock.now();
  }

  /** Whether nobody can have taken this instance for gone. */
  isSure(): boolean {
    return this.#clock.now() - this.#renewedAt < leaseMs;
  }

  /** Resolves when it is, or when this instance stops. */
  async sure(): Promise<void> {
    if (this.isSure() || this.#over.signal.aborted) return;
    await new Promise<void>((resolve) => this.#unsure.add(resolve));
  }

  /** Whether those who did not renew had the chance to: one that could not may be well, and the database have been away. */
  get mayTakeLate(): boolean {
    return this.#clock.now() - this.#lostAt >= leaseMs;
  }

  /**
   * Renews from now on, whatever else the instance waits for.
   * @param beginAnew is called when others took this instance for gone.
   */
  start(beginAnew: () => Promise<void>): void {
    this.#running = this.#run(beginAnew);
  }

  /** Renews no more, and nobody waits any more. */
  async stop(): Promise<void> {
    this.#over.abort();
    this.#tell();
    await this.#running;
  }

  async #run(beginAnew: () => Promise<void>): Promise<void> {
    const { signal } = this.#over;
    while (!signal.aborted) {
      try {
        await this.#renew(beginAnew);
      } catch (error) {
        this.#log.warn({ error: String(error) }, 'This instance could not renew its lease; trying again.');
      }
      if (!signal.aborted) await pause(this.#clock, renewEveryMs, signal);
    }
  }

  async #renew(beginAnew: () => Promise<void>): Promise<void> {
    const askedAt = this.#clock.now();
    const isRenewed = await this.#shared.renew(leaseMs).catch((error: unknown) => {
      this.#lostAt = this.#clock.now();
      throw error;
    });
    if (!isRenewed) await beginAnew();
    this.#renewedAt = askedAt;
    this.#tell();
    if (this.#clock.now() - askedAt > leaseMs / 2) this.#lostAt = this.#clock.now();
  }

  #tell(): void {
    for (const resolve of this.#unsure) resolve();
    this.#unsure.clear();
  }
}
