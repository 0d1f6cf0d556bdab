import { useState } from 'preact/hooks';
import { Menu, type MenuItem } from '../../parts/menu.tsx';
import { agentsTexts as words } from '../../texts/studio/agents.ts';
import { ask } from '../api/ask.ts';
import { download, readableJson } from '../parts/download.ts';
import { Badge, When } from '../parts/small.tsx';
import { tell } from '../parts/toasts.tsx';
import { goTo, Link } from '../shell/navigation.tsx';
import { useWho } from '../who.tsx';
import type { AgentRow } from './rows.ts';
import { DiscardDraft, TakeAway } from './take-away.tsx';
import { TodoButton } from './todo-list.tsx';

type Props = Readonly<{
  rows: readonly AgentRow[];
  again: () => Promise<void>;
  onDuplicate: (id: string) => void;
}>;

export function AgentsTable({ rows, again, onDuplicate }: Props) {
  const [leaving, setLeaving] = useState<AgentRow | null>(null);
  const close = (): void => setLeaving(null);
  // Servers for one region have a label that says nothing.
  const hasRegions = rows.some(({ published }) => published?.region != null);
  return (
    <>
      <div class="table-box agents-table">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{words.columns.name}</th>
              <th scope="col">{words.columns.published}</th>
              <th scope="col">{words.columns.draft}</th>
              {hasRegions && <th scope="col">{words.columns.region}</th>}
              <th scope="col">
                <span class="only-read-aloud">{words.columns.actions}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row
                key={row.id}
                {...{ row, hasRegions }}
                onDuplicate={() => onDuplicate(row.id)}
                onLeave={() => setLeaving(row)}
              />
            ))}
          </tbody>
        </table>
      </div>
      {leaving?.published && <TakeAway row={leaving} again={again} onClose={close} />}
      {leaving && !leaving.published && <DiscardDraft row={leaving} again={again} onClose={close} />}
    </>
  );
}

type RowProps = Readonly<{ row: AgentRow; hasRegions: boolean; onDuplicate: () => void; onLeave: () => void }>;

function Row({ row, hasRegions, onDuplicate, onLeave }: RowProps) {
  const { may } = useWho();
  const { id, published, draft } = row;
  const name = row.name ?? words.unnamed;
  return (
    <tr>
      <td class="agents-name" data-label="">
        <Link to={{ kind: 'agent', agentId: id }} class="agents-link">
          {name}
        </Link>
        <span class="agents-about">
          <code>{id}</code>
          {may.design && <TodoButton agentId={id} name={name} />}
        </span>
      </td>
      <td data-label={words.columns.published}>
        {published === null ? (
          <Badge>{words.notPublished}</Badge>
        ) : (
          <span class="agents-fact">
            <Badge tone="good">{words.version(published.version)}</Badge>
            <When at={published.at} />
          </span>
        )}
      </td>
      <td data-label={words.columns.draft}>
        {draft === null ? (
          <span class="agents-nothing">{words.noDraft}</span>
        ) : (
          <span class="agents-fact">
            {published && <Badge tone="warn">{words.draftAhead}</Badge>}
            <When at={draft.at} />
          </span>
        )}
      </td>
      {hasRegions && (
        <td data-label={words.columns.region}>{words.regions[published?.region ?? ''] ?? published?.region ?? '–'}</td>
      )}
      <td class="actions" data-label="">
        <Menu label={words.more(name)} icon="more" items={itemsOf(row, may.design, { onDuplicate, onLeave })} />
      </td>
    </tr>
  );
}

type Doing = Readonly<{ onDuplicate: () => void; onLeave: () => void }>;

function itemsOf(row: AgentRow, mayDesign: boolean, { onDuplicate, onLeave }: Doing): readonly MenuItem[] {
  const { id: agentId, published } = row;
  const chat = (): void => {
    open(`/chat/${encodeURIComponent(agentId)}`, '_blank', 'noopener');
  };
  const { menu } = words;
  return [
    { icon: 'settings', label: menu.settings, onChoose: () => goTo({ kind: 'agent-settings', agentId }) },
    { icon: 'history', label: menu.versions, onChoose: () => goTo({ kind: 'versions', agentId }) },
    ...(published?.hasChat ? [{ icon: 'out' as const, label: menu.chat, onChoose: chat }] : []),
    ...(mayDesign ? [{ icon: 'copy' as const, label: menu.duplicate, onChoose: onDuplicate }] : []),
    { icon: 'download', label: menu.export, onChoose: () => void exportAgent(row) },
    ...(mayDesign
      ? [{ icon: 'trash' as const, label: published ? menu.takeAway : menu.discard, onChoose: onLeave }]
      : []),
  ];
}

/** What is published, or the draft where nothing is. */
async function exportAgent({ id, published }: AgentRow): Promise<void> {
  const path = { agent_id: id };
  const answer = published ? await ask('getAgent', { path }) : await ask('getDraft', { path });
  if (answer.kind === 'ok') download(`${id}.json`, readableJson(answer.body.definition));
  else tell(words.exportFailed, 'bad');
}
