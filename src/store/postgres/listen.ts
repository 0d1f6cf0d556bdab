import pg from 'pg';
import type { Cancel, Clock } from '../../platform/clock.ts';
import { createFeed } from '../../platform/feed.ts';
import type { Log } from '../../platform/log.ts';
import { decodeHints, encodeHint, type Hint, type Hints } from '../hints/hints.ts';
import type { Database } from './database.ts';

/*
 * Hints by LISTEN and NOTIFY.
 * 1. They are told outside the transactions that they are about: a transaction that notifies waits at its end for every
 *    other one that does.
 * 2. What is told while a notification is under way goes into the next one, so many share a round trip.
 * 3. It is listened on a connection of its own, which must not go through a transaction pooler. While it is away hints
 *    are lost, and everybody is told so when it is back.
 */

const firstPauseMs = 50;
const longestPauseMs = 2_000;
/** A connection that was cut without a word is noticed by asking. */
const askEveryMs = 5_000;
const answerWithinMs = 5_000;
/** PostgreSQL takes payloads below 8000 bytes. */
const longestPayload = 7_900;
/** Hints that wait to be told; what comes beyond is dropped. */
const mostWaiting = 20_000;

export type ListenParts = Readonly<{
  /** Where to listen. */
  url: string;
  /** Where to notify. */
  database: Database;
  clock: Clock;
  log: Log;
}>;

/** Everybody hears everything: whoever listens sorts out what is of no interest. */
export function postgresHints(parts: ListenParts): Hints {
  const feed = createFeed<Hint>();
  const teller = createTeller(parts.database);
  const listener = new Listener(parts, (hints) => feed.publish(hints), teller.channel);
  return {
    tell: teller.tell,
    follow: feed.follow,
    watch: () => {},
    unwatch: () => {},
    listenAs: () => {},
    close: async () => {
      listener.close();
      await teller.close();
      feed.end();
    },
  };
}

type Teller = Readonly<{
  tell: Hints['tell'];
  /** Schemas of one database are databases of their own to us. */
  channel: () => Promise<string>;
  close: () => Promise<void>;
}>;

function createTeller(database: Database): Teller {
  let waiting: string[] = [];
  let telling: Promise<void> | null = null;
  let closed = false;
  let known: string | null = null;
  const channel = async (): Promise<string> => {
    known ??= `baton_${String((await database.run('SELECT current_schema() AS name'))[0]?.name)}`;
    return known;
  };
  const round = async (): Promise<void> => {
    while (waiting.length > 0) {
      const payloads = payloadsOf(waiting);
      waiting = [];
      // What cannot be told is lost, as hints may be; who waits for it looks by itself.
      await channel()
        .then((name) => database.run(notify, [name, payloads]))
        .catch(() => {});
    }
    telling = null;
  };
  return {
    channel,
    tell: (hints) => {
      if (closed || waiting.length > mostWaiting) return;
      for (const hint of hints) waiting.push(encodeHint(hint));
      telling ??= round();
    },
    close: async () => {
      await telling;
      closed = true;
    },
  };
}

const notify = { name: 'notify', text: 'SELECT pg_notify($1, payload) FROM unnest($2::text[]) payload' };

function payloadsOf(words: readonly string[]): readonly string[] {
  const payloads: string[] = [];
  let payload = '';
  for (const word of words) {
    if (payload.length + word.length >= longestPayload) {
      payloads.push(payload);
      payload = '';
    }
    payload += payload === '' ? word : ` ${word}`;
  }
  return [...payloads, payload];
}

/** Listens for as long as it is not closed, on one connection after the other. */
class Listener {
  readonly #parts: ListenParts;
  readonly #hear: (hints: readonly Hint[]) => void;
  readonly #channel: () => Promise<string>;
  #client: pg.Client | null = null;
  #failures = 0;
  #closed = false;
  /** Ends the wait for the next connection, or for the next question. */
  #cancel: Cancel = () => {};

  constructor(parts: ListenParts, hear: (hints: readonly Hint[]) => void, channel: () => Promise<string>) {
    this.#parts = parts;
    this.#hear = hear;
    this.#channel = channel;
    void this.#open();
  }

  close(): void {
    this.#closed = true;
    if (this.#client !== null) this.#lose(this.#client);
    this.#cancel();
  }

  async #open(): Promise<void> {
    const { url, log } = this.#parts;
    const client = new pg.Client({
      ...{ connectionString: url, application_name: 'baton hints' },
      ...{ connectionTimeoutMillis: answerWithinMs, query_timeout: answerWithinMs },
    });
    this.#client = client;
    const lose = (): void => this.#lose(client);
    client.on('error', lose);
    client.on('end', lose);
    client.on('notification', ({ payload = '' }) => this.#hear(decodeHints(payload)));
    try {
      const name = await this.#channel();
      if (this.#client !== client) return;
      await client.connect();
      await client.query(`LISTEN ${client.escapeIdentifier(name)}`);
    } catch {
      return lose();
    }
    if (this.#client !== client) return;
    if (this.#failures > 1) log.info({}, 'Hints of other instances are heard again.');
    this.#failures = 0;
    this.#hear([{ kind: 'missed' }]);
    this.#askLater(client);
  }

  #askLater(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#cancel = this.#parts.clock.after(askEveryMs, () => {
      client.query('SELECT 1').then(
        () => this.#askLater(client),
        () => this.#lose(client),
      );
    });
  }

  #lose(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = null;
    this.#cancel();
    // One that was cut would wait for ever to be closed in order; the driver has no public way to let it go.
    (client as unknown as { connection: { stream: { destroy: () => void } } }).connection.stream.destroy();
    if (this.#closed) return;
    this.#failures += 1;
    const { clock, log } = this.#parts;
    if (this.#failures === 2) log.warn({}, 'Hints of other instances are not heard; what they commit is seen later.');
    const pauseMs = Math.min(firstPauseMs * 2 ** (this.#failures - 1), longestPauseMs);
    this.#cancel = clock.after(pauseMs, () => void this.#open());
  }
}
