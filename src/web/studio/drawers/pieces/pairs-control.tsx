import { IconButton } from '../../../parts/buttons.tsx';
import { drawerTexts } from '../../../texts/studio/drawers.ts';
import { isObject, type Pair, pairsOf, recordOf, repeatedIn, shownAs, strangeIn } from '../reading.ts';
import { useForm } from './form.tsx';
import { SettingGroup, type SettingProps } from './setting.tsx';
import { AddRow } from './text-list.tsx';
import { useLocal } from './use-local.ts';

type PairsProps = Omit<SettingProps, 'strange' | 'fault' | 'action'> &
  Readonly<{
    value: unknown;
    /** Undefined where nothing is left. */
    onValue: (value: Readonly<Record<string, unknown>> | undefined) => void;
    /** What one of them is called. */
    one: string;
  }>;

/** Names with their values. While a name is written it may be missing or stand twice. */
export function PairsControl({ value, onValue, one, ...setting }: PairsProps) {
  const { isLocked } = useForm();
  const [pairs, write] = useLocal<unknown, readonly Pair[]>(value, pairsOf);
  const put = (next: (before: readonly Pair[]) => readonly Pair[]): void =>
    onValue(write(next, recordOf) as ReturnType<typeof recordOf>);
  const set = (index: number, fields: Partial<Pair>): void =>
    put((before) => before.map((pair, place) => (place === index ? { ...pair, ...fields } : pair)));
  const [repeated] = repeatedIn(pairs.map(({ name }) => name));
  const isUnnamed = pairs.some((pair) => pair.name === '' && shownAs(pair.value) !== '');
  const fault = repeated !== undefined ? drawerTexts.repeated(repeated) : isUnnamed ? drawerTexts.unnamed : null;
  return (
    <SettingGroup {...setting} fault={fault} strange={strangeIn(value, isObject)}>
      <div class="drawer-rows">
        {pairs.map((pair, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows are told apart by their place.
          <div key={index} class="drawer-row drawer-pair">
            <input
              class="input input-code"
              aria-label={drawerTexts.pairName(one, index + 1)}
              placeholder={drawerTexts.pairNameShort}
              value={pair.name}
              readOnly={isLocked}
              autoComplete="off"
              spellcheck={false}
              onInput={({ currentTarget }) => set(index, { name: currentTarget.value })}
            />
            <input
              class="input"
              aria-label={drawerTexts.pairValue(one, index + 1)}
              placeholder={drawerTexts.pairValueShort}
              value={shownAs(pair.value)}
              readOnly={isLocked}
              autoComplete="off"
              spellcheck={false}
              onInput={({ currentTarget }) => set(index, { value: currentTarget.value })}
            />
            <IconButton
              icon="trash"
              label={drawerTexts.removeRow(drawerTexts.row(one, index + 1))}
              disabled={isLocked}
              onClick={() => put((before) => before.toSpliced(index, 1))}
            />
          </div>
        ))}
        <AddRow label={setting.label} onAdd={() => put((before) => [...before, { name: '', value: '' }])} />
      </div>
    </SettingGroup>
  );
}
