import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Button } from '../../parts/buttons.tsx';
import { logsTexts as words } from '../../texts/studio/logs.ts';
import { ask } from '../api/ask.ts';
import { useAsked } from '../api/use-asked.ts';
import '../deliveries/deliveries.css';
import { shortId } from '../deliveries/list.tsx';
import { DeliveryPanel } from '../deliveries/panel.tsx';
import { AskedView, PageFrame, sentenceOf } from '../parts/frame.tsx';
import { Badge } from '../parts/small.tsx';
import { copyText, tell } from '../parts/toasts.tsx';
import { goTo, Link, usePlace } from '../shell/navigation.tsx';
import { Facts } from './facts.tsx';
import { FoldWhenNarrow } from './fold-when-narrow.tsx';
import { LogContext } from './log-context.ts';
import './logs.css';
import { readView, type View, writeView } from './log-view.ts';
import { fold, itemOf } from './story/fold.ts';
import type { Shown } from './story/story.ts';
import { Timeline } from './timeline.tsx';
import { exported, type ReadLog, useLog } from './use-log.ts';

/** One session: the whole conversation on one line of time, and what is known of it. */
export function SessionPage({ sessionId }: { sessionId: string }) {
  const view = readView(usePlace().query);
  const log = useLog(sessionId);
  const report = useAsked(sessionId, () => ask('getInsight', { path: { session_id: sessionId } }));
  const last = log.asking.kind === 'ready' ? log.asking.body.events.at(-1)?.seq : undefined;
  const { again: reportAgain } = report;
  // The report is folded from the whole log: it is asked for when the log has grown.
  const reported = useRef<number | undefined>(undefined);
  useEffect(() => {
    if (reported.current !== undefined && last !== reported.current) void reportAgain();
    reported.current = last;
  }, [last, reportAgain]);
  const look = (next: View, how: 'push' | 'replace' = 'replace'): void =>
    goTo({ kind: 'session', sessionId }, writeView(next), how);
  const renew = (): void => {
    void log.again();
    void reportAgain();
  };
  return (
    <PageFrame
      title={`${words.session} ${shortId(sessionId)}`}
      above={<Link to={{ kind: 'sessions' }}>{words.back}</Link>}
      actions={<Actions sessionId={sessionId} />}
    >
      <AskedView asking={log.asking} again={log.again}>
        {(read) => (
          <div class="session">
            <div class="session-facts">
              <FoldWhenNarrow title={words.facts} upTo={1099}>
                <AskedView asking={report.asking} again={report.again}>
                  {(body) => <Facts report={body} />}
                </AskedView>
              </FoldWhenNarrow>
            </div>
            <Story {...{ sessionId, read, view, log }} onView={look} />
          </div>
        )}
      </AskedView>
      {view.delivery !== null && (
        <DeliveryPanel id={view.delivery} onClose={() => look({ ...view, delivery: null })} onSettled={renew} />
      )}
    </PageFrame>
  );
}

function Actions({ sessionId }: { sessionId: string }) {
  const [isBusy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    setBusy(true);
    const answer = await exported(sessionId);
    setBusy(false);
    if (answer.kind !== 'ok') return tell(sentenceOf(answer), 'bad');
    const link = document.createElement('a');
    link.href = URL.createObjectURL(answer.body);
    link.download = `session-${sessionId}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <>
      <Button onClick={() => void copyText(sessionId)}>{words.copyId}</Button>
      <Button disabled={isBusy} onClick={() => void save()}>
        {isBusy ? words.exporting : words.exportLog}
      </Button>
    </>
  );
}

type StoryProps = Readonly<{
  sessionId: string;
  read: ReadLog;
  view: View;
  log: ReturnType<typeof useLog>;
  onView: (view: View) => void;
}>;

function Story({ sessionId, read, view, log, onView }: StoryProps) {
  const { nodes, parameters, deliveries } = view.shown;
  const items = useMemo(
    () => fold({ sessionId, events: read.events, open: read.open }, { nodes, parameters, deliveries }),
    [sessionId, read, nodes, parameters, deliveries],
  );
  const place = {
    sessionId,
    queryOf: (delivery: string) => writeView({ ...view, delivery }),
    marked: view.event === null ? null : itemOf(items, view.event),
  };
  const box = useStickiness(read.events.length, read.isLive);
  return (
    <section ref={box} class="story" aria-labelledby="story-title">
      <header class="story-head">
        <h2 id="story-title" class="section-title">
          {words.timeline}
        </h2>
        {read.isLive && (
          <span title={words.liveHint}>
            <Badge tone="accent">{words.live}</Badge>
          </span>
        )}
        <Toggles shown={view.shown} onShown={(shown) => onView({ ...view, shown })} />
      </header>
      <LogContext.Provider value={place}>
        <Timeline items={items} />
      </LogContext.Provider>
      {read.hasMore && (
        <div class="more">
          <p class="quiet">{words.loadMore(read.events.length)}</p>
          <Button disabled={log.isReadingOn} onClick={log.more}>
            {words.readOn}
          </Button>
        </div>
      )}
    </section>
  );
}

function Toggles({ shown, onShown }: { shown: Shown; onShown: (shown: Shown) => void }) {
  return (
    <fieldset class="toggles">
      <legend class="only-read-aloud">{words.show}</legend>
      {(['nodes', 'parameters', 'deliveries'] as const).map((one) => (
        <label key={one} class="chip">
          <input
            type="checkbox"
            checked={shown[one]}
            onChange={({ currentTarget }) => onShown({ ...shown, [one]: currentTarget.checked })}
          />
          {words.toggles[one]}
        </label>
      ))}
    </fieldset>
  );
}

/** Nearer to the end than this counts as being there. */
const nearPx = 64;

/** Whoever reads the end of a conversation that goes on keeps seeing its end. */
function useStickiness(length: number, isLive: boolean) {
  const box = useRef<HTMLElement>(null);
  const before = useRef({ length, height: 0 });
  useLayoutEffect(() => {
    const scroller = box.current?.closest('.studio-page');
    if (!scroller) return;
    const { length: known, height } = before.current;
    const wasAtEnd = height > 0 && height - scroller.scrollTop - scroller.clientHeight < nearPx;
    if (isLive && length > known && known > 0 && wasAtEnd) scroller.scrollTop = scroller.scrollHeight;
    before.current = { length, height: scroller.scrollHeight };
  });
  return box;
}
