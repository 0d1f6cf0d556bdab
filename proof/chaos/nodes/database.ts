import pg from 'pg';
import { type Engine, type GoingDown, startEmbedded } from '../../../src/store/postgres/server.contract.ts';
import type { Trouble } from '../record.ts';
import type { Network } from './network.ts';

/*
 * The PostgreSQL on which the nodes run. It flushes as PostgreSQL does, so that what was told committed must survive a
 * shutdown in the middle of everything; the driver asks it over a socket of its own that is never cut.
 */

type Row = Readonly<Record<string, unknown>>;

const lookEveryMs = 1_500;

/** What may not be true of the database at any instant. */
const never: readonly (readonly [what: string, sql: string])[] = [
  [
    'A call is owed in a session that nobody holds',
    `SELECT d.session_id, d.lane, d.seq, d.part FROM deliveries d JOIN sessions s ON s.id = d.session_id
     WHERE d.state = 'owed' AND s.caller IS NULL LIMIT 1`,
  ],
];

/** What may not be true of it in the end, when everybody is well and nobody says anything any more. */
const neverInTheEnd: typeof never = [
  ...never,
  [
    'A call is still owed',
    `SELECT d.session_id, d.lane, d.seq, d.part, d.attempts, d.last_failure, s.caller, s.owed_seq
     FROM deliveries d JOIN sessions s ON s.id = d.session_id WHERE d.state = 'owed' LIMIT 3`,
  ],
  [
    'The log of a session has holes or another end than its version',
    `SELECT s.id, s.version, count(e.seq) AS events, min(e.seq), max(e.seq)
     FROM sessions s LEFT JOIN events e ON e.session_id = s.id GROUP BY s.id, s.version
     HAVING count(e.seq) <> s.version OR max(e.seq) <> s.version OR min(e.seq) <> 1 LIMIT 3`,
  ],
  [
    'A wake-up is long due',
    `SELECT id, wake_at FROM sessions WHERE wake_at < extract(epoch FROM clock_timestamp()) * 1000 - 30000 LIMIT 3`,
  ],
];

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
      this.#look(never)
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
    await this.#look(neverInTheEnd);
  }

  async stop(): Promise<void> {
    if (this.#looking !== null) clearInterval(this.#looking);
    await this.#engine.stop();
  }

  async #look(rules: typeof never): Promise<void> {
    for (const [what, sql] of rules) {
      for (const row of await this.#ask(sql)) {
        const session = String(row.session_id ?? row.id);
        this.troubles.push({ kind: 'lost', session, seq: null, what: `${what}: ${JSON.stringify(row)}` });
      }
    }
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
