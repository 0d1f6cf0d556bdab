import type { Clock } from '../platform/clock.ts';
import type { SharedStore } from '../store/shared.ts';

/** For how long an instance that does not renew keeps what it holds. */
export const leaseMs = 8_000;

/**
 * What an instance knows of its own lease, and of those of others. It counts from before the database was asked, so it is
 * over here before it is over there.
 */
export class Lease {
  readonly #shared: Pick<SharedStore, 'renew'>;
  readonly #clock: Clock;
  /** When the renewal that succeeded last was asked for. */
  #renewedAt: number;
  /** When it was not certain last that all others could renew. */
  #lostAt: number;
  readonly #unsure = new Set<() => void>();
  #isOver = false;

  /** The instance joined just now; before that, the database may have been away. */
  constructor(shared: Pick<SharedStore, 'renew'>, clock: Clock) {
    this.#shared = shared;
    this.#clock = clock;
    this.#renewedAt = clock.now();
    this.#lostAt = clock.now();
  }

  /** Whether nobody can have taken this instance for gone. */
  isSure(): boolean {
    return this.#clock.now() - this.#renewedAt < leaseMs;
  }

  /** Resolves when it is, or when this instance stops. */
  async sure(): Promise<void> {
    if (this.isSure() || this.#isOver) return;
    await new Promise<void>((resolve) => this.#unsure.add(resolve));
  }

  /** Whether those who did not renew had the chance to: one that could not may be well, and the database have been away. */
  get mayTakeLate(): boolean {
    return this.#clock.now() - this.#lostAt >= leaseMs;
  }

  /** @param beginAnew is called when others took this instance for gone. */
  async renew(beginAnew: () => Promise<void>): Promise<void> {
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

  /** Nobody waits any more. */
  end(): void {
    this.#isOver = true;
    this.#tell();
  }

  #tell(): void {
    for (const resolve of this.#unsure) resolve();
    this.#unsure.clear();
  }
}
