import { useEffect, useState } from 'preact/hooks';
import { deliveriesTexts as words } from '../../texts/studio/deliveries.ts';
import { ChoiceSetting, TextSetting } from '../parts/fields.tsx';
import { goTo, Link } from '../shell/navigation.tsx';
import { type Filter, filterStates, needsSession, noFilter, sessionIdIn, writeFilter } from './filter.ts';

/** Where a filter leads to. */
export const goToFilter = (filter: Filter): void => goTo({ kind: 'deliveries' }, writeFilter(filter));

const every = 'every';

type FiltersProps = Readonly<{
  filter: Filter;
  /** Those that are known. */
  urls: readonly string[];
}>;

/** What the list shows: by state, endpoint and session. */
export function Filters({ filter, urls }: FiltersProps) {
  const { state, url, session } = filter;
  const known = url === null || urls.includes(url) ? urls : [url, ...urls];
  const shownAs = (one: string): string => (one === '' ? words.inSandbox : one);
  return (
    <div class="filters">
      <StateLinks filter={filter} />
      <div class="filter-fields">
        <ChoiceSetting
          label={words.filterEndpoint}
          value={url === null ? every : `u${url}`}
          options={[
            { value: every, label: words.everyEndpoint },
            ...known.map((one) => ({ value: `u${one}`, label: shownAs(one) })),
          ]}
          onValue={(value) => goToFilter({ ...filter, url: value === every ? null : value.slice(1) })}
        />
        <SessionField session={session} onSession={(found) => goToFilter({ ...filter, session: found })} />
        {(url !== null || session !== null || state !== 'attention') && (
          <Link to={{ kind: 'deliveries' }} query={writeFilter(noFilter)} class="button button-plain clear-filters">
            {words.clear}
          </Link>
        )}
      </div>
    </div>
  );
}

function StateLinks({ filter }: { filter: Filter }) {
  return (
    <nav class="segments" aria-label={words.filterStates}>
      {filterStates
        .filter((state) => filter.session !== null || !needsSession(state))
        .map((state) => (
          <Link
            key={state}
            to={{ kind: 'deliveries' }}
            query={writeFilter({ ...filter, state })}
            class="segment"
            aria-current={state === filter.state ? 'page' : undefined}
          >
            {words.states[state]}
          </Link>
        ))}
    </nav>
  );
}

type SessionFieldProps = Readonly<{ session: string | null; onSession: (session: string | null) => void }>;

/** Takes a session id, or anything that holds one, as soon as it holds one. */
function SessionField({ session, onSession }: SessionFieldProps) {
  const [text, setText] = useState(session ?? '');
  const [isFaulty, setFaulty] = useState(false);
  useEffect(() => {
    setText(session ?? '');
    setFaulty(false);
  }, [session]);
  const take = (): void => {
    const found = sessionIdIn(text);
    setFaulty(found === null && text.trim() !== '');
    if (found !== null || text.trim() === '') onSession(found);
  };
  return (
    <form
      class="filter-session"
      onSubmit={(event) => {
        event.preventDefault();
        take();
      }}
    >
      <TextSetting
        label={words.filterSession}
        type="search"
        isCode
        value={text}
        placeholder={words.sessionPlaceholder}
        fault={isFaulty ? words.notASession : undefined}
        onValue={(value) => {
          setText(value);
          const found = sessionIdIn(value);
          if (found !== null && found !== session) onSession(found);
          if (value === '' && session !== null) onSession(null);
        }}
      />
    </form>
  );
}
