import pg from 'pg';
import type { Clock } from '../../platform/clock.ts';
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
  const listener = listen(parts, (hints) => feed.publish(hints), teller.channel);
  return {
    tell: teller.tell,
    follow: feed.follow,
    watch: () => {},
    unwatch: () => {},
    listenAs: () => {},
    close: async () => {
      await Promise.all([listener.close(), teller.close()]);
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

type Listener = Readonly<{ close: () => Promise<void> }>;

/** Listens for as long as it is not closed, on one connection after the other. */
function listen(
  { url, clock, log }: ListenParts,
  hear: (hints: readonly Hint[]) => void,
  channel: () => Promise<string>,
): Listener {
  let closed = false;
  let failures = 0;
  let client: pg.Client | null = null;
  let cancel = (): void => {};
  const again = (): void => {
    client = null;
    if (closed) return;
    failures += 1;
    if (failures === 2) log.warn({}, 'Hints of other instances are not heard; what they commit is seen later.');
    cancel = clock.after(Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs), connect);
  };
  const open = async (): Promise<void> => {
    const own = new pg.Client({ connectionString: url, keepAlive: true, application_name: 'baton hints' });
    client = own;
    let lost = false;
    const lose = (): void => {
      if (!lost) again();
      lost = true;
      own.end().catch(() => {});
    };
    own.on('error', lose);
    own.on('end', lose);
    own.on('notification', ({ payload = '' }) => hear(decodeHints(payload)));
    try {
      const name = await channel();
      await own.connect();
      await own.query(`LISTEN ${own.escapeIdentifier(name)}`);
      if (failures > 1) log.info({}, 'Hints of other instances are heard again.');
      failures = 0;
      hear([{ kind: 'missed' }]);
    } catch {
      lose();
    }
  };
  const connect = (): void => void open();
  connect();
  return {
    close: async () => {
      closed = true;
      cancel();
      await client?.end().catch(() => {});
    },
  };
}
