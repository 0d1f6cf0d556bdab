import { entityTexts as words } from '../../../texts/studio/settings.ts';
import type { DraftEntity } from '../../draft/definition.ts';
import { Listed } from '../listed.tsx';
import type { SectionProps } from '../section.ts';
import { useItems } from '../use-items.ts';
import { Used } from '../used.tsx';
import { entityUses } from '../uses.ts';
import { EntityDialog } from './entity-dialog.tsx';
import { TryEntity } from './try-entity.tsx';

/** Kinds of values of the virtual agent's own. */
export function EntitiesSection(props: SectionProps) {
  const { list, dialog } = useItems<DraftEntity>(props, 'entities', entityUses);
  const { agentId, save } = props;
  const names = list.entries.map(({ item }) => item.name);
  return (
    <>
      <Listed
        texts={words}
        icon="arrange"
        nameColumn={words.columns.name}
        columns={[words.columns.what, words.columns.used]}
        cells={({ item, uses: nodes }) => [<Holds key="holds" entity={item} />, <Used key="used" nodes={nodes} />]}
        {...list}
      />
      {names.length > 0 && <TryEntity agentId={agentId} save={save} entities={[...new Set(names)]} />}
      {dialog && <EntityDialog {...dialog} />}
    </>
  );
}

function Holds({ entity: { values, pattern } }: { entity: DraftEntity }) {
  if (pattern !== undefined) return <code class="listed-value">{pattern}</code>;
  const all = Array.isArray(values) ? values : [];
  return (
    <span class="listed-examples">
      <span>{words.values(all.length)}</span>
      <span class="listed-nothing">
        {all
          .slice(0, 4)
          .map(({ value }) => value)
          .join(' · ')}
      </span>
    </span>
  );
}
