import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';

/** One connection to a server of channels, as its client library gives it; no reconnecting, no queue while it is away. */
export type Link = Readonly<{
  /** Texts by channel. */
  send: (messages: ReadonlyMap<string, string>) => void;
  /** When the server has taken what was sent before. */
  settled: () => Promise<unknown>;
  /** When the server brings what is said there. */
  subscribe: (channels: readonly string[]) => Promise<unknown>;
  unsubscribe: (channels: readonly string[]) => Promise<unknown>;
}>;

export type Ends = Readonly<{
  /** Ends the link, also while it is being made; then no socket and no timer of it is left. */
  signal: AbortSignal;
  hear: (text: string) => void;
  /** The link is of no use any more. */
  lose: (reason: unknown) => void;
}>;

/** @throws when the server cannot be reached, or does not let us in. */
export type Connect = (ends: Ends) => Promise<Link>;

export type HintParts = Readonly<{
  clock: Clock;
  log: Log;
  /** Keeps several Batons on one server apart; `baton` when none is given. */
  prefix?: string;
}>;
