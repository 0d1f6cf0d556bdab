import { useId, useState } from 'preact/hooks';
import { drawerTexts } from '../../../texts/studio/drawers.ts';
import { useForm } from './form.tsx';
import { SettingGroup, type SettingProps } from './setting.tsx';

export type CheckItem = Readonly<{ value: string; label: string; note?: string }>;
export type CheckGroup = Readonly<{ title: string; items: readonly CheckItem[] }>;

type ChecklistProps = Omit<SettingProps, 'action'> &
  Readonly<{
    groups: readonly CheckGroup[];
    chosen: readonly unknown[];
    onToggle: (value: string) => void;
    /** All of them, or none. */
    onAll?: (values: readonly string[]) => void;
    /** Stands there when there is nothing to choose from. */
    empty: string;
    /** A button at its foot. */
    foot: preact.ComponentChildren;
  }>;

/** From here on one wants to search. */
const many = 12;

/** Several of a list. */
export function Checklist({ groups, chosen, onToggle, onAll, empty, foot, ...setting }: ChecklistProps) {
  const [wanted, setWanted] = useState('');
  const values = groups.flatMap(({ items }) => items.map(({ value }) => value));
  const isFound = ({ value, label }: CheckItem): boolean =>
    `${value}\n${label}`.toLowerCase().includes(wanted.trim().toLowerCase());
  const found = groups
    .map(({ title, items }) => ({ title, items: items.filter(isFound) }))
    .filter(({ items }) => items.length > 0);
  return (
    <SettingGroup
      {...setting}
      action={
        onAll &&
        values.length > 1 && <AllOrNone label={setting.label} onAll={() => onAll(values)} onNone={() => onAll([])} />
      }
    >
      {values.length > many && (
        <input
          class="input"
          type="search"
          aria-label={drawerTexts.filter(setting.label)}
          placeholder={drawerTexts.filterShort}
          value={wanted}
          onInput={({ currentTarget }) => setWanted(currentTarget.value)}
        />
      )}
      {values.length === 0 ? (
        <p class="drawer-empty">{empty}</p>
      ) : (
        <Groups groups={found} chosen={chosen} onToggle={onToggle} label={setting.label} />
      )}
      {foot}
    </SettingGroup>
  );
}

type GroupsProps = Pick<ChecklistProps, 'groups' | 'chosen' | 'onToggle' | 'label'>;

function Groups({ groups, chosen, onToggle }: GroupsProps) {
  const { isLocked } = useForm();
  const id = useId();
  return (
    <div class="drawer-checks">
      {groups.length === 0 && <p class="drawer-empty">{drawerTexts.nothingFound}</p>}
      {groups.map(({ title, items }) => (
        // biome-ignore lint/a11y/useSemanticElements: it is a group within one.
        <div key={title} class="drawer-check-group" role="group" aria-label={title}>
          <p class="drawer-check-title" aria-hidden="true">
            {title}
          </p>
          {items.map(({ value, label, note }) => (
            <label key={value} class="drawer-check">
              <input
                type="checkbox"
                checked={chosen.includes(value)}
                disabled={isLocked}
                aria-describedby={note && `${id}-${value}`}
                onChange={() => onToggle(value)}
              />
              <span>{label}</span>
              {note && (
                <span id={`${id}-${value}`} class="drawer-check-note">
                  {note}
                </span>
              )}
            </label>
          ))}
        </div>
      ))}
    </div>
  );
}

function AllOrNone({ label, onAll, onNone }: { label: string; onAll: () => void; onNone: () => void }) {
  const { isLocked } = useForm();
  return (
    <span class="drawer-small drawer-all">
      <button
        type="button"
        class="link-button"
        aria-label={drawerTexts.allOf(label)}
        disabled={isLocked}
        onClick={onAll}
      >
        {drawerTexts.all}
      </button>
      <button
        type="button"
        class="link-button"
        aria-label={drawerTexts.noneOf(label)}
        disabled={isLocked}
        onClick={onNone}
      >
        {drawerTexts.none}
      </button>
    </span>
  );
}
