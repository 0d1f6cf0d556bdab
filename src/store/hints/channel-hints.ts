import { type Clock, pause } from '../../platform/clock.ts';
import { createFeed, type Feed } from '../../platform/feed.ts';
import { decodeHints, type Hint, type Hints } from './hints.ts';
import type { Connect, HintParts } from './link.ts';
import { createSubscriptions, type Subscriptions } from './subscriptions.ts';
import { type Channels, channelsUnder, createTeller, type Teller } from './teller.ts';

/*
 * 1. A hint goes to the channel of its session, and to that of the instance that has to call; `gone` goes to all.
 * 2. While the server is away hints are dropped. Whoever comes back hears `missed` once what it watches is subscribed.
 * 3. Each connection is made anew, with a client of its own; nothing of the former one is carried over.
 */

const firstPauseMs = 50;
const longestPauseMs = 2_000;
const connectMs = 5_000;
const lastWordsMs = 1_000;

/** Hints over a server of channels. @param server its name in the log, without a password. */
export function channelHints(server: string, connect: Connect, parts: HintParts): Hints {
  const { clock } = parts;
  const channels = channelsUnder(parts.prefix ?? 'baton');
  const feed = createFeed<Hint>();
  const wanted = new Set([channels.ofAll]);
  const end = new AbortController();
  let talk: Talk | null = null;
  let mine: string | null = null;
  const want = (channel: string): void => {
    wanted.add(channel);
    talk?.subscriptions.changed(channel);
  };
  const drop = (channel: string): void => {
    wanted.delete(channel);
    talk?.subscriptions.changed(channel);
  };
  const live = (back: () => void): Promise<string> =>
    liveOnce({ connect, clock, channels, feed, wanted, back }, end.signal, (now) => {
      talk = now;
    });
  const over = keepAlive(live, server, parts, end.signal);
  return {
    tell: (hints) => talk?.teller.tell(hints),
    follow: feed.follow,
    watch: (sessionId) => want(channels.ofSession(sessionId)),
    unwatch: (sessionId) => drop(channels.ofSession(sessionId)),
    listenAs: (instance) => {
      if (mine !== null) drop(mine);
      mine = channels.ofInstance(instance);
      want(mine);
    },
    close: async () => {
      const enough = new AbortController();
      await Promise.race([talk?.taken(), pause(clock, lastWordsMs, enough.signal)]);
      enough.abort();
      end.abort();
      await over;
      feed.end();
    },
  };
}

/** Lives from connection to connection. */
async function keepAlive(
  live: (back: () => void) => Promise<string>,
  server: string,
  { clock, log }: HintParts,
  ended: AbortSignal,
): Promise<void> {
  let away = false;
  let pauseMs = firstPauseMs;
  const back = (): void => {
    if (away) log.info({ server }, 'The hints server is back.');
    away = false;
  };
  while (!ended.aborted) {
    const born = clock.now();
    const reason = await live(back);
    if (ended.aborted) return;
    if (!away) {
      const sentence = 'The hints server is away; what others do is noticed later. It is tried again for ever.';
      log.warn({ server, reason }, sentence);
    }
    away = true;
    // One that lets us in and throws us out at once is not asked at full speed.
    if (clock.now() - born > longestPauseMs) pauseMs = firstPauseMs;
    await pause(clock, pauseMs, ended);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }
}

/** What is said over one connection. */
type Talk = Readonly<{ teller: Teller; subscriptions: Subscriptions; taken: () => Promise<unknown> }>;

type Life = Readonly<{
  connect: Connect;
  clock: Clock;
  channels: Channels;
  feed: Feed<Hint>;
  wanted: ReadonlySet<string>;
  back: () => void;
}>;

/** The life of one connection, until it is lost or all ends. @returns why it was lost. */
async function liveOnce(life: Life, ended: AbortSignal, use: (talk: Talk | null) => void): Promise<string> {
  const { clock, channels, feed, wanted } = life;
  const end = new AbortController();
  const { signal } = end;
  let reason = '';
  const lose = (why: unknown): void => {
    reason ||= sentenceOf(why);
    end.abort();
  };
  const over = new Promise<null>((resolve) => {
    signal.addEventListener('abort', () => resolve(null));
  });
  const missed = (): void => feed.publish([{ kind: 'missed' }]);
  const hear = (text: string): void => {
    if (!signal.aborted) feed.publish(decodeHints(text));
  };
  const giveUp = clock.after(connectMs, () => lose('it does not answer'));
  const stop = (): void => lose('closed');
  ended.addEventListener('abort', stop);
  let teller: Teller | null = null;
  try {
    const link = await Promise.race([life.connect({ signal, hear, lose }), over]);
    if (link === null) return reason;
    teller = createTeller(link, { clock, channels, lose });
    const subscriptions = createSubscriptions(link, wanted, { clock, slow: missed, lose });
    use({ teller, subscriptions, taken: () => Promise.race([link.settled().catch(lose), over]) });
    await Promise.race([subscriptions.start(), over]);
    giveUp();
    if (signal.aborted) return reason;
    life.back();
    missed();
    await over;
  } catch (error) {
    lose(error);
  } finally {
    use(null);
    giveUp();
    teller?.stop();
    ended.removeEventListener('abort', stop);
  }
  return reason;
}

/** A refused connection to several addresses has a code and no message. */
function sentenceOf(why: unknown): string {
  if (!(why instanceof Error)) return String(why);
  return why.message || String('code' in why ? why.code : why.name);
}
