import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { deliveriesTexts as words } from '../../texts/studio/deliveries.ts';
import { When } from '../parts/small.tsx';
import { Link } from '../shell/navigation.tsx';
import { useWho } from '../who.tsx';
import { type Delivery, type Filter, stateOf, writeFilter } from './filter.ts';
import { Soon } from './soon.tsx';
import { StateBadge } from './state-badge.tsx';

type ListProps = Readonly<{
  deliveries: readonly Delivery[];
  filter: Filter;
  /** Ids. */
  selected: ReadonlySet<string>;
  onSelected: (selected: ReadonlySet<string>) => void;
}>;

export function DeliveryRows({ deliveries, filter, selected, onSelected }: ListProps) {
  const { may } = useWho();
  const box = useRef<HTMLDivElement>(null);
  useKeptFocus(box);
  const toggle = (id: string): void => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    onSelected(next);
  };
  const isWhole = deliveries.every(({ id }) => selected.has(id));
  return (
    <div ref={box} class="table-box" tabIndex={-1}>
      <table class="table deliveries">
        <thead>
          <tr>
            {may.operate && (
              <th scope="col" class="check">
                <input
                  type="checkbox"
                  aria-label={words.selectAll}
                  checked={isWhole}
                  onChange={() => onSelected(new Set(isWhole ? [] : deliveries.map(({ id }) => id)))}
                />
              </th>
            )}
            <th scope="col">{words.table.call}</th>
            <th scope="col">{words.table.endpoint}</th>
            <th scope="col">{words.table.session}</th>
            <th scope="col">{words.table.since}</th>
            <th scope="col" class="number">
              {words.table.attempts}
            </th>
            <th scope="col">{words.table.next}</th>
          </tr>
        </thead>
        <tbody>
          {deliveries.map((delivery) => (
            <DeliveryRow
              key={delivery.id}
              {...{ delivery, filter }}
              isSelected={selected.has(delivery.id)}
              onToggle={may.operate ? () => toggle(delivery.id) : null}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

type RowProps = Readonly<{ delivery: Delivery; filter: Filter; isSelected: boolean; onToggle: (() => void) | null }>;

function DeliveryRow({ delivery, filter, isSelected, onToggle }: RowProps) {
  const { id, kind, session_id, url, attempts, owed_since, next_attempt_at, last_failure } = delivery;
  const title = words.kinds[kind];
  return (
    <tr data-selected={isSelected}>
      {onToggle && (
        <td class="check" data-label="">
          <input
            type="checkbox"
            aria-label={words.select(title, session_id)}
            checked={isSelected}
            onChange={onToggle}
          />
        </td>
      )}
      <td data-label="" class="call-cell">
        <Link
          to={{ kind: 'deliveries' }}
          query={writeFilter({ ...filter, open: id })}
          class="row-link"
          aria-label={words.open(title, id)}
        >
          {title}
        </Link>
        <StateBadge state={stateOf(delivery)} />
      </td>
      <td data-label={words.table.endpoint} class="endpoint-cell">
        <span>
          {url === '' ? words.inSandbox : <code class="endpoint-path">{url}</code>}
          {last_failure !== null && <span class="failure">{last_failure}</span>}
        </span>
      </td>
      <td data-label={words.table.session}>
        <SessionLink id={session_id} event={delivery.seq} />
      </td>
      <td data-label={words.table.since} class="nowrap">
        <When at={owed_since} />
      </td>
      <td data-label={words.table.attempts} class="number">
        {words.count(attempts)}
      </td>
      <td data-label={words.table.next} class="nowrap">
        {next_attempt_at === null ? <span class="quiet">{words.none}</span> : <Soon at={next_attempt_at} />}
      </td>
    </tr>
  );
}

/** The end of a session's id tells it from its neighbours; its beginning is the time. */
export const shortId = (id: string): string => `…${id.slice(-8)}`;

export function SessionLink({ id, event, isWhole = false }: { id: string; event: number; isWhole?: boolean }) {
  return (
    <Link to={{ kind: 'session', sessionId: id }} query={`?event=${event}`} class="session-link" title={id}>
      <span class="only-read-aloud">{words.toSession} </span>
      <code>{isWhole ? id : shortId(id)}</code>
    </Link>
  );
}

/** When the row that had the keyboard is gone, its list takes it, so that one goes on where one was. */
function useKeptFocus(box: { readonly current: HTMLElement | null }): void {
  const last = useRef<Element | null>(null);
  useEffect(() => {
    const note = ({ target }: FocusEvent): void => {
      last.current = target instanceof Element && box.current?.contains(target) === true ? target : null;
    };
    document.addEventListener('focusin', note);
    return () => document.removeEventListener('focusin', note);
  }, [box]);
  useLayoutEffect(() => {
    if (last.current?.isConnected !== false || document.activeElement !== document.body) return;
    last.current = null;
    box.current?.focus({ preventScroll: true });
  });
}
