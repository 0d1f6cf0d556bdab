import type { Engine } from '../engine/engine.ts';
import { type Clock, pause } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { Hub } from './hub.ts';

type WatchParts = Readonly<{ engine: Pick<Engine, 'news' | 'look'>; hub: Hub; clock: Clock; log: Log }>;

/** How often it is looked how far watched sessions have got elsewhere, for when no hint tells. */
const lookEveryMs = 4_000;
const atOnce = 1_000;

/** Keeps the streams of sessions up that others commit too. @returns what ends it. */
export function watchOthers({ engine, hub, clock, log }: WatchParts): () => void {
  const stopped = new AbortController();
  let wake = new AbortController();
  void hub.followNews(engine.news(), () => wake.abort());
  const run = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      wake = new AbortController();
      const ids = hub.watched();
      try {
        for (let at = 0; at < ids.length; at += atOnce) await engine.look(ids.slice(at, at + atOnce));
      } catch (error) {
        log.warn({ error: String(error) }, 'It could not be looked how far sessions have got elsewhere; trying again.');
      }
      if (!stopped.signal.aborted) await pause(clock, lookEveryMs, wake.signal);
    }
  };
  void run();
  return () => {
    stopped.abort();
    wake.abort();
  };
}
