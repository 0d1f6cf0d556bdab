/** How a value of a definition is shown: a text that people read, a short fact, or several lines. */
export type ShownValue =
  | Readonly<{ kind: 'nothing' }>
  | Readonly<{ kind: 'text'; text: string }>
  | Readonly<{ kind: 'fact'; text: string }>
  | Readonly<{ kind: 'lines'; lines: readonly string[] }>;

type Words = Readonly<{
  yes: string;
  no: string;
  and: string;
  or: string;
  operator: (name: string) => string;
  into: (parameter: string) => string;
}>;

const shortest = 40;

/** @param words for what has no words of its own in a definition. */
export function shownValue(value: unknown, words: Words): ShownValue {
  if (value === undefined || value === null || value === '') return { kind: 'nothing' };
  if (typeof value === 'boolean') return { kind: 'fact', text: value ? words.yes : words.no };
  if (typeof value === 'string') {
    if (value.includes('\n')) return { kind: 'lines', lines: value.split('\n') };
    return { kind: value.includes(' ') || value.length > shortest ? 'text' : 'fact', text: value };
  }
  if (typeof value !== 'object') return { kind: 'fact', text: String(value) };
  const lines = Array.isArray(value)
    ? value.map((item: unknown) => lineOf(item, words))
    : JSON.stringify(value, null, 2).split('\n');
  return lines.length === 0 ? { kind: 'nothing' } : { kind: 'lines', lines };
}

/** One item of a list in one line: a text as it is; values, conditions and answers as people would put them. */
function lineOf(item: unknown, words: Words): string {
  if (typeof item === 'string') return item;
  if (typeof item !== 'object' || item === null) return String(item);
  const { value, synonyms, output, when, path, parameter, ...rest } = item as Record<string, unknown>;
  const plain = JSON.stringify(item);
  if (Object.keys(rest).length > 0) return plain;
  if (typeof output === 'string' && when !== undefined) return `${output}: ${ruleText(when, words)}`;
  if (typeof path === 'string' && typeof parameter === 'string') return `${path} ${words.into(parameter)}`.trim();
  if (typeof value !== 'string') return plain;
  if (synonyms === undefined) return value;
  return isTexts(synonyms) ? [value, synonyms.join(', ')].filter((text) => text !== '').join(': ') : plain;
}

/** A rule as a phrase: `TIER equals gold`, groups in brackets. */
function ruleText(rule: unknown, words: Words): string {
  const { all, any, parameter, operator, value, ...rest } = (
    typeof rule === 'object' && rule !== null ? rule : { rule }
  ) as Record<string, unknown>;
  const group = all ?? any;
  if (Array.isArray(group)) {
    const inner = group.map((one: unknown) => ruleText(one, words));
    return inner.length === 1 ? (inner[0] ?? '') : `(${inner.join(` ${all === undefined ? words.or : words.and} `)})`;
  }
  if (typeof parameter !== 'string' || typeof operator !== 'string') return JSON.stringify(rule);
  const than = typeof value === 'string' ? value : isTexts(value) ? value.join(', ') : '';
  const more = Object.keys(rest).length === 0 ? '' : ` ${JSON.stringify(rest)}`;
  return `${parameter} ${words.operator(operator)} ${than}`.trim() + more;
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');
