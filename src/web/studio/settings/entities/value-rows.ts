import { newId } from '../../../parts/chance.ts';
import type { DraftEntity } from '../../draft/definition.ts';
import { linesOf } from '../lines-setting.tsx';

/** A value of a list as it is typed: what else it is called stands one a line. */
export type ValueRow = Readonly<{ key: string; value: string; synonyms: string }>;

export const emptyRow = (): ValueRow => ({ key: newId(), value: '', synonyms: '' });

/** An entity's values as rows; whatever a draft has in their place is read with care. */
export const rowsOf = (entity: DraftEntity | null): readonly ValueRow[] =>
  (Array.isArray(entity?.values) ? entity.values : []).map((item: unknown) => {
    const { value, synonyms } = (typeof item === 'object' && item !== null ? item : {}) as Record<string, unknown>;
    return {
      key: newId(),
      value: typeof value === 'string' ? value : '',
      synonyms: (Array.isArray(synonyms) ? synonyms : []).filter((one) => typeof one === 'string').join('\n'),
    };
  });

/** The entity that was typed; null while it holds nothing. */
export function entityOf(
  name: string,
  what: 'list' | 'pattern',
  { pattern, rows }: Readonly<{ pattern: string; rows: readonly ValueRow[] }>,
): DraftEntity | null {
  if (what === 'pattern') return pattern === '' ? null : { name, pattern };
  const values = rows.flatMap(({ value, synonyms }) => {
    const also = [...new Set(linesOf(synonyms))];
    const named = value.trim();
    return named === '' ? [] : [{ value: named, ...(also.length > 0 && { synonyms: also }) }];
  });
  return values.length === 0 ? null : { name, values };
}
