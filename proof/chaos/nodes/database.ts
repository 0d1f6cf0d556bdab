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

const busy = `SELECT client_addr || ' ' || state || ' ' || coalesce(wait_event, 'running') AS what, count(*) AS many
  FROM pg_stat_activity WHERE application_name = 'baton' AND state <> 'idle' GROUP BY 1`;

/** Transactions that are open for long, and who waits for whom. */
const slow = `SELECT pid, client_addr, state, wait_event_type AS waits, wait_event AS for, pg_blocking_pids(pid) AS behind,
    round(extract(epoch FROM clock_timestamp() - xact_start)) AS seconds, left(regexp_replace(query, '\\s+', ' ', 'g'), 60) AS query
  FROM pg_stat_activity WHERE application_name LIKE 'baton%' AND xact_start < clock_timestamp() - interval '4 seconds'
  ORDER BY xact_start LIMIT 8`;

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

  /** Breaks every connection over which hints are heard. */
  async deafen(): Promise<void> {
    await this.#breakAll('baton hints');
  }

  /** Breaks every connection over which something is asked, in the middle of it. */
  async reset(): Promise<void> {
    await this.#breakAll('baton');
  }

  async #breakAll(name: string): Promise<void> {
    await this.#ask(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '${name}'`);
  }

  /** Looks again and again for what may never be true. @param note is told what takes long. */
  watch(note: (line: string) => void): void {
    this.#looking = setInterval(() => {
      if (this.#isLooking) return;
      this.#isLooking = true;
      Promise.all([this.#look('ever'), this.#lookForWaits(note)])
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

  async #lookForWaits(note: (line: string) => void): Promise<void> {
    const states = await this.#ask(busy);
    note(`connections: ${states.map(({ what, many }) => `${many} ${what}`).join(', ')}`);
    for (const row of await this.#ask(slow)) note(`the database: ${JSON.stringify(row)}`);
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
