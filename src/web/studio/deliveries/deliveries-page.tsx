import { useCallback, useState } from 'preact/hooks';
import { StatePage } from '../../parts/state-page.tsx';
import { useNow } from '../../parts/use-now.ts';
import { deliveriesTexts as words } from '../../texts/studio/deliveries.ts';
import { shellTexts } from '../../texts/studio/shell.ts';
import { ask } from '../api/ask.ts';
import { useAsked, useEvery } from '../api/use-asked.ts';
import { AskedView, PageFrame } from '../parts/frame.tsx';
import { More } from '../parts/small.tsx';
import { Link } from '../shell/navigation.tsx';
import './deliveries.css';
import type { Endpoint } from './endpoints.ts';
import { EndpointsView } from './endpoints-view.tsx';
import { type Filter, noFilter, readFilter, writeFilter } from './filter.ts';
import { Filters, goToFilter } from './filters.tsx';
import { DeliveryRows } from './list.tsx';
import { DeliveryPanel } from './panel.tsx';
import { SelectionBar } from './selection.tsx';
import { type Deliveries, mostShown, type Shown, useDeliveries } from './use-deliveries.ts';

const everyMs = 10_000;

/** What is owed to desks, how they fare, and what can be done about what they did not take. */
export function DeliveriesPage({ query }: { query: URLSearchParams }) {
  const filter = readFilter(query);
  const now = useNow(everyMs, Date.now);
  const endpoints = useAsked('endpoints', () => ask('listEndpoints'));
  const list = useDeliveries(filter);
  const { again: endpointsAgain } = endpoints;
  const { again: listAgain } = list;
  const renew = useCallback(async () => {
    await Promise.all([endpointsAgain(), listAgain()]);
  }, [endpointsAgain, listAgain]);
  useEvery(everyMs, renew);
  const known = endpoints.asking.kind === 'ready' ? endpoints.asking.body.endpoints : [];
  return (
    <PageFrame title={shellTexts.places.deliveries} lead={words.lead}>
      <section class="part" aria-labelledby="endpoints-title">
        <h2 id="endpoints-title" class="section-title">
          {words.endpointsTitle}
        </h2>
        <AskedView asking={endpoints.asking} again={endpoints.again}>
          {(answer) => <EndpointsView answer={answer} now={now} />}
        </AskedView>
      </section>
      <section class="part" aria-labelledby="deliveries-title">
        <h2 id="deliveries-title" class="section-title">
          {words.listTitle}
        </h2>
        <Filters filter={filter} urls={known.map(({ url }) => url)} />
        <AskedView asking={list.asking} again={list.again}>
          {(shown) => <List {...{ filter, shown, list, renew }} endpoints={known} />}
        </AskedView>
      </section>
      {filter.open !== null && (
        <DeliveryPanel
          id={filter.open}
          onClose={() => goToFilter({ ...filter, open: null })}
          onSettled={() => void renew()}
        />
      )}
    </PageFrame>
  );
}

type ListProps = Readonly<{
  filter: Filter;
  shown: Shown;
  list: Deliveries;
  renew: () => Promise<void>;
  endpoints: readonly Endpoint[];
}>;

function List({ filter, shown: { deliveries, hasMore }, list, renew, endpoints }: ListProps) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const selected = deliveries.filter(({ id }) => chosen.has(id));
  return (
    <>
      {deliveries.length === 0 ? (
        <Empty filter={filter} endpoints={endpoints} />
      ) : (
        <>
          <DeliveryRows
            {...{ deliveries, filter }}
            selected={new Set(selected.map(({ id }) => id))}
            onSelected={setChosen}
          />
          <p class="quiet list-foot">
            {hasMore ? words.shownFirst(deliveries.length) : words.shown(deliveries.length)}
            {hasMore && list.more === null && ` · ${words.tooMany(mostShown)}`}
          </p>
          {hasMore && list.more !== null && <More onMore={list.more} />}
        </>
      )}
      <SelectionBar deliveries={selected} onClear={() => setChosen(new Set())} onSettled={() => void renew()} />
    </>
  );
}

function Empty({ filter, endpoints }: { filter: Filter; endpoints: readonly Endpoint[] }) {
  const owed = endpoints.reduce((sum, endpoint) => sum + endpoint.owed, 0);
  if (filter.state !== 'attention' || filter.url !== null || filter.session !== null) {
    return (
      <StatePage icon="search" title={words.noMatchTitle} text={words.noMatchText}>
        <Link to={{ kind: 'deliveries' }} query={writeFilter(noFilter)} class="button button-soft">
          {words.clear}
        </Link>
      </StatePage>
    );
  }
  if (owed > 0) return <StatePage icon="parcel" title={words.onTheirWayTitle} text={words.onTheirWayText(owed)} />;
  return <StatePage icon="tick" title={words.allDeliveredTitle} text={words.allDeliveredText} />;
}
