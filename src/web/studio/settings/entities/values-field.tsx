import { useId } from 'preact/hooks';
import { Button, IconButton } from '../../../parts/buttons.tsx';
import { Icon } from '../../../parts/icons.tsx';
import { entityTexts as words } from '../../../texts/studio/settings.ts';
import { emptyRow, type ValueRow } from './value-rows.ts';

type Props = Readonly<{
  rows: readonly ValueRow[];
  onRows: (rows: readonly ValueRow[]) => void;
  isLocked: boolean;
  fault: string | undefined;
}>;

/** The values of a list, each with what else it is called. */
export function ValuesField({ rows, onRows, isLocked, fault }: Props) {
  const id = useId();
  const change = (key: string, changed: Partial<ValueRow>): void =>
    onRows(rows.map((row) => (row.key === key ? { ...row, ...changed } : row)));
  return (
    <fieldset class="entity-values" disabled={isLocked} aria-describedby={fault ? `${id}-fault` : undefined}>
      <legend class="setting-label">{words.valueField}</legend>
      <div class="entity-values-head" aria-hidden="true">
        <span>{words.valueColumn}</span>
        <span>{words.synonymColumn}</span>
      </div>
      {rows.map((row, index) => (
        <div key={row.key} class="entity-values-row">
          <input
            class="input"
            aria-label={words.value(index + 1)}
            value={row.value}
            autoComplete="off"
            onInput={({ currentTarget }) => change(row.key, { value: currentTarget.value })}
          />
          <textarea
            class="input input-area"
            rows={1}
            aria-label={words.synonyms(index + 1)}
            value={row.synonyms}
            onInput={({ currentTarget }) => change(row.key, { synonyms: currentTarget.value })}
          />
          <IconButton
            icon="close"
            label={words.removeValue(index + 1)}
            disabled={isLocked}
            onClick={() => onRows(rows.filter(({ key }) => key !== row.key))}
          />
        </div>
      ))}
      {fault && (
        <p id={`${id}-fault`} class="setting-fault">
          {fault}
        </p>
      )}
      <Button onClick={() => onRows([...rows, emptyRow()])} disabled={isLocked}>
        <Icon name="plus" size={18} />
        {words.addValue}
      </Button>
    </fieldset>
  );
}
