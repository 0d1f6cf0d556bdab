import { maxTextLength } from '../../core/flow/parameters.ts';
import { field, isObject, textField } from '../json.ts';

/** A part of a text: words, or a parameter by its id. */
type Segment = Readonly<{ words: string }> | Readonly<{ parameter: string }>;

/** How texts become templates: by whoever knows the parameters. */
export type Namer = Readonly<{
  /** Our name of a parameter that a text mentions by its id. */
  byId: (id: string) => string;
  /** Our name of a parameter that was written out behind a `$`. */
  byName: (name: string) => string | undefined;
}>;

export type Template = Readonly<{
  text: string;
  /** What was done to it, as the end of a sentence. */
  changes: readonly string[];
}>;

/** Texts that may be shown in turn; AI Studio keeps variants of one, and retries of a prompt. */
export const maxVariants = 20;
/** Characters of a text; nobody reads so much in a conversation. */
export const maxText = 100_000;

const textNames = ['value', 'text', 'message', 'content', 'body'] as const;

/** The texts that a field holds: a string, a list of segments, or several of either, whatever they lie in. */
export function variantsOf(value: unknown): readonly (readonly Segment[])[] {
  if (typeof value === 'string') return value.trim() === '' ? [] : [[{ words: value }]];
  if (Array.isArray(value)) {
    if (value.length > 0 && value.every(isSegment)) return nonEmpty([value.map(segmentOf)]);
    return value.slice(0, maxVariants).flatMap((item) => variantsOf(item).slice(0, 1));
  }
  if (!isObject(value)) return [];
  if (isSegment(value)) return nonEmpty([[segmentOf(value)]]);
  const inner = field(value, ...textNames);
  // Without a field that is known they may lie under the names of languages.
  return inner !== undefined ? variantsOf(inner) : Object.values(value).flatMap(variantsOf).slice(0, 1);
}

const isSegment = (value: unknown): boolean =>
  typeof textField(value, 'type') === 'string' &&
  (['string', 'number'].includes(typeof field(value, 'value')) || field(value, ...textNames) === undefined);

const segmentOf = (value: unknown): Segment => {
  const words = textField(value, 'value') ?? '';
  return textField(value, 'type') === 'parameter' ? { parameter: words } : { words };
};

const nonEmpty = (variants: readonly (readonly Segment[])[]): readonly (readonly Segment[])[] =>
  variants.filter((segments) => segments.some((part) => 'parameter' in part || part.words.trim() !== ''));

const htmlTag = /<\/?(?:p|br|div|span|b|i|u|em|strong|ul|ol|li|a|h[1-6])(?:\s[^<>]{0,2000})?\/?>/gi;
const lineEnding = /^<(?:br|\/p|\/div|\/li|\/h[1-6])\b/i;
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** Markup becomes plain text; text without a tag is left as it is, for `&amp;` may be meant. */
function withoutMarkup(words: string): string {
  const bare = words.replace(htmlTag, (tag) => (lineEnding.test(tag) ? '\n' : ''));
  if (bare === words) return words;
  return bare.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return entities[name.toLowerCase()] ?? whole;
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}

/** Segments as one template of ours: `$NAME` for parameters, `$$` for every other dollar. */
export function templateOf(segments: readonly Segment[], namer: Namer): Template {
  const changes = new Set<string>();
  let text = '';
  let followsParameter = false;
  for (const part of joined(segments)) {
    if (text.length > maxText) break;
    if ('parameter' in part) {
      text += `$${namer.byId(part.parameter)}`;
      followsParameter = true;
      continue;
    }
    const bare = withoutMarkup(part.words);
    if (bare !== part.words) changes.add('its markup is plain text now');
    const words = withDollars(bare.slice(0, maxText + 1).replaceAll('\u0000', ''), namer);
    // Without something in between, the letters would belong to the parameter's name.
    const touches = followsParameter && /^\w/.test(words);
    if (touches) changes.add('a space parts a parameter from the letters that followed it');
    text += touches ? ` ${words}` : words;
    followsParameter = followsParameter && words === '';
  }
  if (text.length > maxText) changes.add('it is cut, for it is longer than any conversation');
  return { text: text.slice(0, maxText).toWellFormed().trim(), changes: [...changes] };
}

/** Words beside each other are one text: a name that is written out may lie in both. */
function joined(segments: readonly Segment[]): readonly Segment[] {
  const found: Segment[] = [];
  for (const part of segments) {
    const last = found.at(-1);
    if ('words' in part && last !== undefined && 'words' in last)
      found[found.length - 1] = { words: last.words + part.words };
    else found.push(part);
  }
  return found;
}

/** A dollar in front of a parameter's name stands for the parameter, any other for itself. */
const withDollars = (words: string, namer: Namer): string =>
  words.replace(/\$([A-Za-z_][\w.-]{0,127})?/g, (_, written: string | undefined) => {
    let name = written ?? '';
    for (; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('.'), name.lastIndexOf('-')))) {
      const ours = namer.byName(name);
      if (ours !== undefined) return `$${ours}${(written ?? '').slice(name.length)}`;
    }
    return `$$${written ?? ''}`;
  });

const token = /\$\$|\$[A-Za-z_][A-Za-z0-9_]*|\s+|[^\s$]+|\$/g;

/** Cuts a template into pieces that a message may hold; never within a parameter's name, nor within a word if it fits. */
export function pieces(template: string): readonly string[] {
  if (template.length <= maxTextLength) return template === '' ? [] : [template];
  const found: string[] = [];
  let piece = '';
  let length = 0;
  const close = (): void => {
    if (piece.trim() !== '') found.push(piece.trim());
    piece = '';
    length = 0;
  };
  for (const [part] of template.matchAll(token)) {
    const points = [...part];
    if (length + points.length > maxTextLength) close();
    for (let from = 0; from < points.length; from += maxTextLength) {
      const slice = points.slice(from, from + maxTextLength);
      if (from > 0) close();
      piece += slice.join('');
      length += slice.length;
    }
  }
  close();
  return found;
}
