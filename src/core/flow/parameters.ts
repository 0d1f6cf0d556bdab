/** A parameter's value: one string, or several for a multi-value parameter. */
export type Value = string | readonly string[];

export type ParameterValues = Readonly<Record<string, Value>>;

export type ParameterKind = 'custom' | 'user';

/** One parameter as the virtual agent's author declared it. `value` is its default. */
export type ParameterDeclaration = Readonly<{
  name: string;
  kind: ParameterKind;
  multi?: boolean | undefined;
  value?: Value | undefined;
}>;

/** What a client asks to be set. */
export type Assignment = Readonly<{ name: string; value: Value }>;

/** Parameters that Baton fills itself; nobody else may set them. */
export const systemParameterNames = [
  'SESSION_ID',
  'AGENT_ID',
  'CONVERSATION_ID',
  'INITIAL_MESSAGE',
  'CONVERSATION_START_DATE',
  'CONVERSATION_START_TIME',
] as const;

const systemNames: ReadonlySet<string> = new Set(systemParameterNames);

export const maxTextLength = 4096;
export const maxUndeclaredParameters = 100;
/** Values that a multi-value parameter keeps, and characters of all of them together. */
export const maxValues = 100;
export const maxValuesLength = 32_768;
/** Characters of all parameters of a session together. */
export const maxParametersLength = 262_144;

export const isSystemParameter = (name: string): boolean => systemNames.has(name);

/** Values as one string: several are joined by a comma, as a sentence would have it. */
export const showValue = (value: Value): string => (typeof value === 'string' ? value : value.join(', '));

/** A value on the live agent's wire: a string, or a JSON array in a string (contract 3.1). */
export const wireValue = (value: Value): string => (typeof value === 'string' ? value : JSON.stringify(value));

const placeholder = /\$(\$|[A-Za-z_][A-Za-z0-9_]*)/g;

/**
 * Inserts parameters into a text in one pass: `$NAME` becomes the value, `$$` a dollar; a name that
 * `lookup` does not know stays as it is. Inserted values are never expanded again.
 */
export function render(template: string, lookup: (name: string) => Value | undefined): string {
  return template.replace(placeholder, (whole, name: string) => {
    if (name === '$') return '$';
    const value = lookup(name);
    return value === undefined ? whole : showValue(value);
  });
}

/** The names that a text mentions as `$NAME`, each once. */
export function namesIn(template: string): readonly string[] {
  const names = new Set<string>();
  for (const [, name] of template.matchAll(placeholder)) if (name !== undefined && name !== '$') names.add(name);
  return [...names];
}

/** Cuts a text into pieces of at most `maxTextLength` code points; an empty text has no pieces. */
export function pieces(text: string): readonly string[] {
  if (text.length <= maxTextLength) return text === '' ? [] : [text];
  const points = [...text];
  const found: string[] = [];
  for (let from = 0; from < points.length; from += maxTextLength) {
    found.push(points.slice(from, from + maxTextLength).join(''));
  }
  return found;
}

/** A list that grew, cut to what is kept: the newest. */
export function newest(values: readonly string[]): readonly string[] {
  const kept = values.slice(-maxValues);
  let length = kept.reduce((sum, value) => sum + value.length, 0);
  while (kept.length > 1 && length > maxValuesLength) length -= kept.shift()?.length ?? 0;
  return kept;
}
