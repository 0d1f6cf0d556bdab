import pg from 'pg';
import { type Engine, type GoingDown, startEmbedded } from '../../../src/store/postgres/server.contract.ts';
import type { Trouble } from '../record.ts';
import type { Network } from './network.ts';
import { brokenIn, type Row, type When } from './rules.ts';

/*
 * The PostgreSQL on which the nodes run. It flushes as PostgreSQL does, so that what was told committed must survive a
 * shutdown in the middle of everything; the driver asks it over a socket of its own that is never cut.
 */

const lookEveryMs = 1_500;

export class Database {
  readonly #engine: Engine;
  #looking: NodeJS.Timeout | null = null;
  #isLooking = false;
  looks = 0;
  readonly troubles: Trouble[] = [];

  private constructor(engine: Engine) {
    this.#engine = engine;
  }

  static async start({ databaseHosts, clients }: Network, port: number): Promise<Database> {
    const network = { host: databaseHosts, port, clients };
    return new Database(await startEmbedded({ durable: true, network }));
  }

  async restart(how: GoingDown, downMs: number): Promise<void> {
    await this.#engine.restart(how, downMs);
  }

  /** Cuts every connection over which hints are heard. */
  async deafen(): Promise<void> {
    await this.#ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'baton hints'");
  }

  /** Looks again and again for what may never be true. */
  watch(): void {
    this.#looking = setInterval(() => {
      if (this.#isLooking) return;
      this.#isLooking = true;
      this.#look('ever')
        .then(
          () => {
            this.looks += 1;
          },
          () => {}, // It is away just now.
        )
        .finally(() => {
          this.#isLooking = false;
        });
    }, lookEveryMs);
  }

  /** Looks at what is left. */
  async judge(): Promise<void> {
    await this.#look('in the end');
  }

  async stop(): Promise<void> {
    if (this.#looking !== null) clearInterval(this.#looking);
    await this.#engine.stop();
  }

  async #look(when: When): Promise<void> {
    this.troubles.push(...(await brokenIn((sql) => this.#ask(sql), when)));
  }

  async #ask(sql: string): Promise<readonly Row[]> {
    const client = new pg.Client({ connectionString: this.#engine.url, application_name: 'chaos' });
    client.on('error', () => {}); // The question that waits is told too.
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end().catch(() => {});
    }
  }
}
