import { useMemo, useState } from 'preact/hooks';
import type { Definition } from '../draft/definition.ts';
import { setFields } from '../draft/edit.ts';
import { faultAt, replaced, type SectionProps } from './section.ts';
import type { Uses } from './uses.ts';

export type Named = Readonly<{ name: string }>;

/** What stands at a place of a list, with the nodes that use it and what is wrong with it. */
export type Entry<Item extends Named> = Readonly<{
  item: Item;
  at: number;
  uses: readonly string[];
  fault: string | undefined;
}>;

/** What a dialog is given that changes one thing, or adds one (`item` null). */
export type ItemDialogProps<Item extends Named> = Readonly<{
  item: Item | null;
  /** Names of the others. */
  taken: readonly string[];
  /** Nodes that name it. */
  uses: readonly string[];
  isLocked: boolean;
  onDone: (item: Item) => void;
  onClose: () => void;
}>;

export type Items<Item extends Named> = Readonly<{
  uses: Uses;
  /** For the list of all. */
  list: Readonly<{
    entries: readonly Entry<Item>[];
    isLocked: boolean;
    onAdd: () => void;
    onEdit: (at: number) => void;
    onRemove: (at: number) => void;
  }>;
  /** For the one that is being changed; null while none is. */
  dialog: ItemDialogProps<Item> | null;
}>;

type Field = 'parameters' | 'intents' | 'entities';

/**
 * Things with names that a draft declares, and the one of them that is being changed.
 * @param usesOf finds who names them; the same function each time.
 */
export function useItems<Item extends Named>(
  { definition, findings, isLocked, edit }: SectionProps,
  field: Field,
  usesOf: (definition: Definition) => Uses,
): Items<Item> {
  const [editing, setEditing] = useState<number | null>(null);
  const uses = useMemo(() => usesOf(definition), [definition, usesOf]);
  const itemsOf = (from: Definition): readonly Item[] => (from[field] ?? []) as unknown as readonly Item[];
  const items = itemsOf(definition);
  const put = (at: number, item: Item | undefined): void =>
    edit((before) => setFields({ [field]: replaced(itemsOf(before), at, item) })(before), '');
  const entries = items.map(
    (item, at): Entry<Item> => ({
      ...{ item, at, uses: uses.get(item.name) ?? [] },
      fault: faultAt(findings, `${field}.${at}`),
    }),
  );
  const dialogAt = (at: number): ItemDialogProps<Item> => ({
    item: items[at] ?? null,
    taken: items.filter((_, index) => index !== at).map(({ name }) => name),
    uses: entries[at]?.uses ?? [],
    isLocked,
    onDone: (item) => put(at, item),
    onClose: () => setEditing(null),
  });
  return {
    uses,
    list: {
      ...{ entries, isLocked },
      onAdd: () => setEditing(items.length),
      onEdit: setEditing,
      onRemove: (at) => put(at, undefined),
    },
    dialog: editing === null ? null : dialogAt(editing),
  };
}
