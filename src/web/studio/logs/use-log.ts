import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type Answer, ask } from '../api/ask.ts';
import { type Asking, useAsked, useEvery } from '../api/use-asked.ts';
import type { Delivery } from '../deliveries/filter.ts';
import type { LogEvent } from './story/story.ts';

const pageSize = 1_000;
/** Most logs are far shorter; longer ones are read on when somebody asks. */
const pagesAtFirst = 3;
const everyMs = 3_000;

export type ReadLog = Readonly<{
  events: readonly LogEvent[];
  /** Whether the log goes on behind these events. */
  hasMore: boolean;
  /** Deliveries that are owed or dead. */
  open: readonly Delivery[];
  /** Whether something may still happen. */
  isLive: boolean;
}>;

/** A session's log, renewed while something may still happen and the page is seen. */
export function useLog(sessionId: string): Readonly<{
  asking: Asking<ReadLog>;
  again: () => Promise<void>;
  more: () => void;
  isReadingOn: boolean;
}> {
  const known = useRef<Known>({ events: [], hasMore: true });
  const wanted = useRef(pagesAtFirst);
  const [isReadingOn, setReadingOn] = useState(false);
  const { asking, again } = useAsked(sessionId, async (): Promise<Answer<ReadLog>> => {
    const answer = await readOn(sessionId, known.current, wanted.current);
    if (answer.kind !== 'ok') return answer;
    known.current = answer.body;
    const open = await openCalls(sessionId);
    if (open.kind !== 'ok') return open;
    const isOver = answer.body.events.some(({ kind }) => kind === 'session-ended');
    const isLive = !answer.body.hasMore && (!isOver || open.body.some(({ state }) => state === 'owed'));
    return { kind: 'ok', body: { ...answer.body, open: open.body, isLive } };
  });
  const isLive = asking.kind === 'ready' && asking.body.isLive;
  const renew = useCallback(async () => {
    if (isLive) await again();
  }, [isLive, again]);
  useEvery(everyMs, renew);
  useSeenAgain(renew);
  const more = (): void => {
    wanted.current += pagesAtFirst;
    setReadingOn(true);
    void again().finally(() => setReadingOn(false));
  };
  return { asking, again, more, isReadingOn };
}

/** Whoever comes back to the page need not wait. */
function useSeenAgain(renew: () => Promise<void>): void {
  useEffect(() => {
    const seen = (): void => {
      if (document.visibilityState === 'visible') void renew();
    };
    document.addEventListener('visibilitychange', seen);
    return () => document.removeEventListener('visibilitychange', seen);
  }, [renew]);
}

type Known = Readonly<{ events: readonly LogEvent[]; hasMore: boolean }>;

/** Reads on from what is known. @param pages of the whole log, at most. */
async function readOn(sessionId: string, known: Known, pages: number): Promise<Answer<Known>> {
  let { events, hasMore } = known;
  do {
    if (events.length >= pages * pageSize) return { kind: 'ok', body: { events, hasMore: true } };
    const query = { after: events.at(-1)?.seq ?? 0, limit: pageSize };
    const answer = await ask('listEvents', { path: { session_id: sessionId }, query });
    if (answer.kind !== 'ok') return answer;
    // The contract's shape is wider: it lets events of later versions through.
    events = [...events, ...(answer.body.events as unknown as readonly LogEvent[])];
    hasMore = answer.body.next_after !== null;
  } while (hasMore);
  return { kind: 'ok', body: { events, hasMore } };
}

/** More than these nobody looks at within one session. */
const mostCalls = 1_000;

async function openCalls(session: string): Promise<Answer<readonly Delivery[]>> {
  const answers = await Promise.all(
    (['owed', 'dead'] as const).map((state) => ask('listDeliveries', { query: { state, session, limit: mostCalls } })),
  );
  const failed = answers.find((answer) => answer.kind !== 'ok');
  if (failed !== undefined) return failed;
  return { kind: 'ok', body: answers.flatMap((answer) => (answer.kind === 'ok' ? answer.body.deliveries : [])) };
}

/** The whole log as it is on the server, and the session's report, as one file. */
export async function exported(sessionId: string): Promise<Answer<Blob>> {
  const report = await ask('getInsight', { path: { session_id: sessionId } });
  if (report.kind !== 'ok') return report;
  const log = await readOn(sessionId, { events: [], hasMore: true }, Number.POSITIVE_INFINITY);
  if (log.kind !== 'ok') return log;
  const text = JSON.stringify({ session: report.body, events: log.body.events }, null, 2);
  return { kind: 'ok', body: new Blob([text], { type: 'application/json' }) };
}
