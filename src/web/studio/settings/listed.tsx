import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Button, IconButton } from '../../parts/buttons.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { Icon, type IconName } from '../../parts/icons.tsx';
import { StatePage } from '../../parts/state-page.tsx';
import { settingsTexts as words } from '../../texts/studio/settings.ts';
import type { Entry, Items, Named } from './use-items.ts';

type Props<Item extends Named> = Readonly<{
  texts: Readonly<{ title: string; text: string; add: string; emptyTitle: string; emptyText: string }>;
  icon: IconName;
  /** Heads of the columns between the name and the actions. */
  columns: readonly string[];
  nameColumn: string;
  /** What stands in those columns. */
  cells: (entry: Entry<Item>) => readonly ComponentChildren[];
}> &
  Items<Item>['list'];

const searchFrom = 10;

/** Things with names that a draft declares: added, changed one by one, removed. */
export function Listed<Item extends Named>(props: Props<Item>) {
  const { texts, icon, entries, isLocked, onAdd, onRemove } = props;
  const [search, setSearch] = useState('');
  const [leaving, setLeaving] = useState<Entry<Item> | null>(null);
  const remove = (entry: Entry<Item>): void => (entry.uses.length === 0 ? onRemove(entry.at) : setLeaving(entry));
  const wanted = search.trim().toLowerCase();
  const found = entries.filter(({ item }) => item.name.toLowerCase().includes(wanted));
  const add = !isLocked && (
    <Button onClick={onAdd}>
      <Icon name="plus" size={18} />
      {texts.add}
    </Button>
  );
  return (
    <section class="listed">
      <header class="listed-head">
        <div>
          <h2>{texts.title}</h2>
          <p>{texts.text}</p>
        </div>
        {entries.length > 0 && add}
      </header>
      {entries.length > searchFrom && <Search text={search} onText={setSearch} />}
      {entries.length === 0 ? (
        <div class="card">
          <StatePage icon={icon} title={texts.emptyTitle} text={texts.emptyText}>
            {add}
          </StatePage>
        </div>
      ) : found.length === 0 ? (
        <p role="status">{words.noneFound(search.trim())}</p>
      ) : (
        <Table {...props} entries={found} onLeave={remove} />
      )}
      {leaving && (
        <Confirm
          title={words.removeUsedTitle(leaving.item.name)}
          text={words.removeUsedText(leaving.item.name, leaving.uses)}
          confirm={words.removeOne(leaving.item.name)}
          onConfirm={() => onRemove(leaving.at)}
          onClose={() => setLeaving(null)}
        />
      )}
    </section>
  );
}

function Search({ text, onText }: Readonly<{ text: string; onText: (text: string) => void }>) {
  return (
    <input
      class="input listed-search"
      type="search"
      aria-label={words.search}
      placeholder={words.search}
      value={text}
      onInput={({ currentTarget }) => onText(currentTarget.value)}
    />
  );
}

type TableProps<Item extends Named> = Props<Item> & Readonly<{ onLeave: (entry: Entry<Item>) => void }>;

function Table<Item extends Named>(props: TableProps<Item>) {
  const { columns, nameColumn, entries } = props;
  return (
    <div class="table-box">
      <table class="table">
        <thead>
          <tr>
            {[nameColumn, ...columns].map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
            <th scope="col">
              <span class="only-read-aloud">{words.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <Row key={entry.at} {...props} entry={entry} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

type RowProps<Item extends Named> = TableProps<Item> & Readonly<{ entry: Entry<Item> }>;

function Row<Item extends Named>({ entry, columns, nameColumn, cells, isLocked, onEdit, onLeave }: RowProps<Item>) {
  const { item, at, fault } = entry;
  return (
    <tr>
      <td data-label={nameColumn}>
        <span class="listed-name">
          <code>{item.name}</code>
          {fault && <span class="setting-fault">{fault}</span>}
        </span>
      </td>
      {cells(entry).map((cell, index) => (
        <td key={columns[index]} data-label={columns[index]}>
          {cell}
        </td>
      ))}
      <td class="actions" data-label="">
        <IconButton icon={isLocked ? 'eye' : 'edit'} label={words.editOne(item.name)} onClick={() => onEdit(at)} />
        {!isLocked && <IconButton icon="trash" label={words.removeOne(item.name)} onClick={() => onLeave(entry)} />}
      </td>
    </tr>
  );
}
