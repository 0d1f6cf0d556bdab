import { useLayoutEffect, useRef } from 'preact/hooks';
import { Button, IconButton } from '../../../parts/buttons.tsx';
import { Icon } from '../../../parts/icons.tsx';
import { drawerTexts } from '../../../texts/studio/drawers.ts';
import { replacedAt, shownAs } from '../reading.ts';
import { useForm } from './form.tsx';
import { SettingGroup, type SettingProps } from './setting.tsx';

type TextListProps = Omit<SettingProps, 'fault' | 'action'> &
  Readonly<{
    rows: readonly unknown[];
    onRows: (next: (rows: readonly unknown[]) => readonly unknown[]) => void;
    /** What one of them is called. */
    one: string;
    most: number;
    /** Whether a row may have several lines. */
    isLong?: boolean;
  }>;

/** Several texts in their order. */
export function TextList({ rows, onRows, one, most, isLong = false, ...setting }: TextListProps) {
  const { isLocked } = useForm();
  const root = useRef<HTMLDivElement>(null);
  // A row that was added gets the keyboard once it is there.
  const awaited = useRef(Number.POSITIVE_INFINITY);
  useLayoutEffect(() => {
    if (rows.length < awaited.current) return;
    awaited.current = Number.POSITIVE_INFINITY;
    [...(root.current?.querySelectorAll<HTMLElement>('.drawer-row .input') ?? [])].at(-1)?.focus();
  });
  const add = (): void => {
    awaited.current = rows.length + 1;
    onRows((before) => [...before, '']);
  };
  return (
    <SettingGroup {...setting}>
      <div ref={root} class="drawer-rows">
        {rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows are told apart by their place.
          <div key={index} class="drawer-row">
            <Row
              label={drawerTexts.row(one, index + 1)}
              value={row}
              isLong={isLong}
              onValue={(text) => onRows((before) => replacedAt(before, index, text))}
            />
            <IconButton
              icon="trash"
              label={drawerTexts.removeRow(drawerTexts.row(one, index + 1))}
              disabled={isLocked}
              onClick={() => onRows((before) => replacedAt(before, index, undefined))}
            />
          </div>
        ))}
        {rows.length < most && <AddRow label={setting.label} onAdd={add} />}
      </div>
    </SettingGroup>
  );
}

type RowProps = Readonly<{ label: string; value: unknown; isLong: boolean; onValue: (text: string) => void }>;

function Row({ label, value, isLong, onValue }: RowProps) {
  const { isLocked } = useForm();
  const common = {
    'aria-label': label,
    value: shownAs(value),
    readOnly: isLocked,
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) =>
      onValue(currentTarget.value),
  };
  return isLong ? (
    <textarea {...common} class="input input-area" rows={2} />
  ) : (
    <input {...common} class="input" autoComplete="off" />
  );
}

/** What makes a list longer. */
export function AddRow({ label, onAdd }: { label: string; onAdd: () => void }) {
  const { isLocked } = useForm();
  return (
    <span>
      <Button look="plain" disabled={isLocked} aria-label={drawerTexts.addRow(label)} onClick={onAdd}>
        <Icon name="plus" size={16} />
        {drawerTexts.add}
      </Button>
    </span>
  );
}
