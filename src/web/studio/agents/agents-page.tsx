import { useState } from 'preact/hooks';
import { Button } from '../../parts/buttons.tsx';
import { Icon } from '../../parts/icons.tsx';
import { StatePage } from '../../parts/state-page.tsx';
import { agentsTexts as words } from '../../texts/studio/agents.ts';
import { ask } from '../api/ask.ts';
import { useAsked } from '../api/use-asked.ts';
import { AskedView, PageFrame } from '../parts/frame.tsx';
import { useWho } from '../who.tsx';
import './agents.css';
import { AgentsTable } from './agents-table.tsx';
import { type Beginning, Beginnings, type Template } from './create/beginnings.tsx';
import { CreateDialog } from './create/create-dialog.tsx';
import { rowsOf, rowsWith } from './rows.ts';

const searchFrom = 10;

/** Every virtual agent, and the ways to a new one. */
export function AgentsPage(_: { query: URLSearchParams }) {
  const { may } = useWho();
  const { asking, again } = useAsked('agents', () => ask('listAgents'));
  const templates = useTemplates(may.design);
  // Null: nothing is being made. A beginning of null: how it begins is still to be chosen.
  const [creating, setCreating] = useState<Readonly<{ beginning: Beginning | null }> | null>(null);
  const rows = asking.kind === 'ready' ? rowsOf(asking.body) : [];
  const begin = (beginning: Beginning | null): void => setCreating({ beginning });
  const button = (
    <Button look="primary" onClick={() => begin(null)}>
      <Icon name="plus" size={18} />
      {words.create}
    </Button>
  );
  return (
    <PageFrame title={words.title} lead={words.lead} actions={may.design && rows.length > 0 && button}>
      <AskedView asking={asking} again={again}>
        {() => {
          if (rows.length === 0) return <Welcome templates={templates} onBegin={begin} />;
          return <AgentList rows={rows} again={again} onDuplicate={(from) => begin({ kind: 'duplicate', from })} />;
        }}
      </AskedView>
      {creating && (
        <CreateDialog
          {...{ rows, templates, beginning: creating.beginning }}
          onClose={() => setCreating(null)}
          onMade={() => void again()}
        />
      )}
    </PageFrame>
  );
}

/** What one can begin with; nothing while it is not known, for there are other ways. */
function useTemplates(isWanted: boolean): readonly Template[] {
  const { asking } = useAsked('templates', async () =>
    isWanted ? ask('listTemplates') : { kind: 'ok' as const, body: { templates: [] } },
  );
  return asking.kind === 'ready' ? asking.body.templates : [];
}

type WelcomeProps = Readonly<{ templates: readonly Template[]; onBegin: (beginning: Beginning) => void }>;

function Welcome({ templates, onBegin }: WelcomeProps) {
  const { may } = useWho();
  if (!may.design) return <StatePage icon="flow" title={words.welcomeNobodyTitle} text={words.welcomeNobodyText} />;
  return (
    <div class="welcome">
      <header>
        <h2>{words.welcomeTitle}</h2>
        <p>{words.welcomeText}</p>
      </header>
      <Beginnings templates={templates} hasAgents={false} onBegin={onBegin} heading="h3" />
    </div>
  );
}

type ListProps = Readonly<{
  rows: ReturnType<typeof rowsOf>;
  again: () => Promise<void>;
  onDuplicate: (id: string) => void;
}>;

function AgentList({ rows, again, onDuplicate }: ListProps) {
  const [search, setSearch] = useState('');
  const found = rowsWith(rows, search);
  return (
    <div class="agents">
      {rows.length > searchFrom && (
        <input
          class="input agents-search"
          type="search"
          aria-label={words.search}
          placeholder={words.search}
          value={search}
          onInput={({ currentTarget }) => setSearch(currentTarget.value)}
        />
      )}
      {found.length === 0 ? (
        <p class="agents-none" role="status">
          {words.noneFound(search.trim())}
        </p>
      ) : (
        <AgentsTable rows={found} again={again} onDuplicate={onDuplicate} />
      )}
    </div>
  );
}
