import { StatePage } from '../../parts/state-page.tsx';
import { logsTexts as words } from '../../texts/studio/logs.ts';
import { shellTexts } from '../../texts/studio/shell.ts';
import { type AnswerTo, ask } from '../api/ask.ts';
import { useAsked, useEvery } from '../api/use-asked.ts';
import '../deliveries/deliveries.css';
import { AskedView, PageFrame } from '../parts/frame.tsx';
import { Link } from '../shell/navigation.tsx';
import { FoldWhenNarrow } from './fold-when-narrow.tsx';
import {
  allSessions,
  askedOf,
  isFiltered,
  pageSize,
  readSessionFilter,
  type SessionFilter,
  writeSessionFilter,
} from './list/session-filter.ts';
import { type AgentName, JumpField, SessionFilters } from './list/sessions-filters.tsx';
import { SessionsTable } from './list/sessions-table.tsx';
import './logs.css';

const everyMs = 10_000;

/** All conversations, the newest first. */
export function SessionsPage({ query }: { query: URLSearchParams }) {
  const filter = readSessionFilter(query);
  const { asking, again } = useAsked(writeSessionFilter(filter), () => ask('listInsights', { query: askedOf(filter) }));
  useEvery(everyMs, again);
  const agents = useAgents();
  const nameOf = (agentId: string): string => agents.find(({ id }) => id === agentId)?.name ?? agentId;
  return (
    <PageFrame title={shellTexts.places.sessions} lead={words.lead} actions={<JumpField />}>
      <FoldWhenNarrow title={words.filters.fold} upTo={639} isOpen={isFiltered(filter)}>
        <SessionFilters filter={filter} agents={agents} />
      </FoldWhenNarrow>
      <AskedView asking={asking} again={again}>
        {(found) =>
          found.sessions.length === 0 ? (
            <Empty filter={filter} total={found.total} />
          ) : (
            <div class="part">
              <SessionsTable sessions={found.sessions} nameOf={nameOf} />
              <Pages filter={filter} found={found} />
            </div>
          )
        }
      </AskedView>
    </PageFrame>
  );
}

/** Names are a kindness: where they cannot be had, ids stand there. */
function useAgents(): readonly AgentName[] {
  const { asking } = useAsked('agents', () => ask('listAgents'));
  if (asking.kind !== 'ready') return [];
  return asking.body.agents.map(({ agent_id: id, name }) => ({ id, name: name ?? id }));
}

type PagesProps = Readonly<{ filter: SessionFilter; found: AnswerTo<'listInsights'> }>;

function Pages({ filter, found: { sessions, total } }: PagesProps) {
  const first = filter.page * pageSize;
  const end = first + sessions.length;
  const leads = (page: number): string => writeSessionFilter({ ...filter, page });
  return (
    <nav class="pages" aria-label={words.pages}>
      <p class="quiet">{words.range(first + 1, end, total)}</p>
      {filter.page > 0 && (
        <Link to={{ kind: 'sessions' }} query={leads(filter.page - 1)} class="button button-soft">
          {words.newer}
        </Link>
      )}
      {end < total && (
        <Link to={{ kind: 'sessions' }} query={leads(filter.page + 1)} class="button button-soft">
          {words.older}
        </Link>
      )}
    </nav>
  );
}

function Empty({ filter, total }: { filter: SessionFilter; total: number }) {
  if (total > 0) {
    return (
      <StatePage icon="search" title={words.pageGoneTitle} text={words.pageGoneText}>
        <Link to={{ kind: 'sessions' }} query={writeSessionFilter({ ...filter, page: 0 })} class="button button-soft">
          {words.toFirstPage}
        </Link>
      </StatePage>
    );
  }
  if (!isFiltered(filter)) return <StatePage icon="talk" title={words.emptyTitle} text={words.emptyText} />;
  return (
    <StatePage icon="search" title={words.noMatchTitle} text={words.noMatchText}>
      <Link to={{ kind: 'sessions' }} query={writeSessionFilter(allSessions)} class="button button-soft">
        {words.filters.clear}
      </Link>
    </StatePage>
  );
}
