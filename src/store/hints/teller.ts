import type { Cancel, Clock } from '../../platform/clock.ts';
import { encodeHint, type Hint } from './hints.ts';
import type { Link } from './link.ts';

/** More hints on their way to the server are not sent: it does not read, and what waits for it lies in memory. */
const mostOnTheWay = 10_000;
const patienceMs = 5_000;
const beatMs = 5_000;

export type Teller = Readonly<{
  tell: (hints: readonly Hint[]) => void;
  /** Gives up all waits. */
  stop: () => void;
}>;

/** Sends hints over a link and sees to it that the server takes them; one that is silent for `patienceMs` is lost. */
export function createTeller(
  link: Link,
  { clock, channels, lose }: Readonly<{ clock: Clock; channels: Channels; lose: (reason: unknown) => void }>,
): Teller {
  let onTheWay = 0;
  let asking = false;
  let stopped = false;
  let giveUp: Cancel = () => {};
  let nextBeat: Cancel = () => {};
  const ask = async (): Promise<void> => {
    if (asking || stopped) return;
    asking = true;
    const asked = onTheWay;
    giveUp = clock.after(patienceMs, () => lose('it does not answer'));
    try {
      await link.settled();
      onTheWay -= asked;
    } catch (error) {
      lose(error);
    }
    giveUp();
    asking = false;
    if (onTheWay > 0) void ask();
  };
  const beat = (): void => {
    void ask();
    nextBeat = clock.after(beatMs, beat);
  };
  nextBeat = clock.after(beatMs, beat);
  return {
    tell: (hints) => {
      if (stopped || onTheWay + hints.length > mostOnTheWay) return;
      onTheWay += hints.length;
      try {
        link.send(byChannel(hints, channels));
      } catch (error) {
        lose(error);
      }
      void ask();
    },
    stop: () => {
      stopped = true;
      giveUp();
      nextBeat();
    },
  };
}

export type Channels = Readonly<{
  ofSession: (sessionId: string) => string;
  ofInstance: (instance: number) => string;
  ofAll: string;
}>;

export const channelsUnder = (prefix: string): Channels => ({
  ofSession: (sessionId) => `${prefix}.s.${sessionId}`,
  ofInstance: (instance) => `${prefix}.i.${instance}`,
  ofAll: `${prefix}.all`,
});

function byChannel(hints: readonly Hint[], channels: Channels): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const add = (channel: string, word: string): void => {
    const text = texts.get(channel);
    texts.set(channel, text === undefined ? word : `${text} ${word}`);
  };
  for (const hint of hints) {
    if (hint.kind === 'missed') continue;
    const word = encodeHint(hint);
    add(hint.kind === 'gone' ? channels.ofAll : channels.ofSession(hint.sessionId), word);
    if (hint.kind === 'moved' && hint.caller !== null) add(channels.ofInstance(hint.caller), word);
  }
  return texts;
}
