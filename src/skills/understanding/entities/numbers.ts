const small =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const tens = '_ _ twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const scales = new Map([
  ['hundred', 100],
  ['thousand', 1000],
  ['million', 1_000_000],
]);

const words = new Map<string, number>([
  ...small.map((word, value): [string, number] => [word, value]),
  ...tens.map((word, ten): [string, number] => [word, ten * 10]),
  ['fourty', 40],
]);
words.delete('_');

/** Runs of digits with single separators between them, and decimals that begin with a dot. */
const digits = /\d+(?:[.,'’\u00a0\u202f]\d+)*|\.\d+/;

/** The first digit of scripts whose digits people type; full-width ones are folded by NFKC. */
const zeros = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50];

type Found = Readonly<{ index: number; value: string; vague?: boolean }>;

/**
 * The first number in a text, in plain notation such as `-1200.5`, or null. A dot is a decimal point; a comma stands
 * before thousands when exactly three digits follow it, and for a decimal point otherwise; where both occur, the last is
 * the decimal point. English number words count, but for a *one* on its own when the text has another number.
 */
export function numberIn(text: string): string | null {
  const plain = latinDigits(text.normalize('NFKC'));
  const inDigits = numberInDigits(plain);
  const inWords = numberInWords(plain);
  if (inDigits === null) return inWords?.value ?? null;
  return inWords !== null && inWords.index < inDigits.index && inWords.vague !== true ? inWords.value : inDigits.value;
}

function latinDigits(text: string): string {
  return text.replace(/[^\d\P{Nd}]/gu, (digit) => {
    const code = digit.codePointAt(0) ?? 0;
    const zero = zeros.find((first) => code >= first && code < first + 10);
    return zero === undefined ? digit : String(code - zero);
  });
}

function numberInDigits(text: string): Found | null {
  const found = digits.exec(text);
  if (found === null) return null;
  const run = found[0].startsWith('.') ? `0${found[0]}` : found[0];
  const before = text.slice(Math.max(0, found.index - 12), found.index);
  const after = /^\s{0,3}(hundred|thousand|million)\b/i.exec(
    text.slice(found.index + found[0].length, found.index + found[0].length + 16),
  );
  const plain = plainNotation(run);
  const scaled = after === null ? plain : scaledBy(plain, scales.get(after[1]?.toLowerCase() ?? '') ?? 1);
  const negative = /(?:^|[\s(:=])[-−–]\s?$|(?:minus|negative)\s{1,3}$/i.test(before) && scaled !== '0';
  return Number.isFinite(Number(scaled)) ? { index: found.index, value: negative ? `-${scaled}` : scaled } : null;
}

function scaledBy(plain: string, scale: number): string {
  const value = Math.round(Number(plain) * scale * 1e6) / 1e6;
  return value < 1e15 ? String(value) : plain;
}

function plainNotation(run: string): string {
  const groups = run.split(/\D/);
  const separators = [...run.replace(/\d/g, '')];
  const [first, second] = separators;
  let whole = groups[0] ?? '0';
  let at = 0;
  const dotsGroup = first !== '.' || second === '.' || second === ',';
  if (whole.length <= 3 && whole !== '0' && dotsGroup) {
    while (separators[at] !== undefined && separators[at] === first && groups[at + 1]?.length === 3) {
      at += 1;
      whole += groups[at];
    }
  }
  const next = separators[at];
  const isPoint = (next === '.' || next === ',') && (at === 0 || next !== first);
  const isList = next === ',' && separators[at + 1] === ',';
  const decimals = isPoint && !isList ? (groups[at + 1] ?? '').replace(/0+$/, '') : '';
  whole = whole.replace(/^0+(?=\d)/, '');
  return decimals === '' ? whole : `${whole}.${decimals}`;
}

function numberInWords(text: string): Found | null {
  const tokens = [...text.toLowerCase().matchAll(/\p{L}+/gu)].map((match) => ({ word: match[0], index: match.index }));
  const list = tokens.map(({ word }) => word);
  let vague: Found | null = null;
  for (const [at, { word, index }] of tokens.entries()) {
    if (!startsNumber(list, at)) continue;
    const { value, end } = readWords(list, at);
    const negative = /^(?:minus|negative)$/.test(list[at - 1] ?? '') && value !== '0';
    const found = { index, value: negative ? `-${value}` : value };
    if (word !== 'one' || end > at + 1 || negative) return found;
    vague ??= { ...found, vague: true };
  }
  return vague;
}

function startsNumber(list: readonly string[], at: number): boolean {
  const word = list[at] ?? '';
  return words.has(word) || scales.has(word) || (word === 'a' && scales.has(list[at + 1] ?? ''));
}

type Reading = {
  total: number;
  current: number | null;
  after: 'nothing' | 'small' | 'tens' | 'scale';
  lastScale: number;
};

/** Reads *two thousand and five point two*, from `at`; `end` is the first word that is not part of it. */
function readWords(list: readonly string[], at: number): { value: string; end: number } {
  const reading: Reading = { total: 0, current: null, after: 'nothing', lastScale: Number.POSITIVE_INFINITY };
  let end = list[at] === 'a' ? at + 1 : at;
  while (end < list.length) {
    const skip = list[end] === 'and' && reading.after === 'scale' && words.has(list[end + 1] ?? '') ? 1 : 0;
    if (!take(reading, list[end + skip] ?? '')) break;
    end += skip + 1;
  }
  let value = String(reading.total + (reading.current ?? 0));
  if (list[end] === 'point' && (words.get(list[end + 1] ?? '') ?? 10) < 10) {
    value += '.';
    for (end += 1; (words.get(list[end] ?? '') ?? 10) < 10 && value.length < 30; end += 1)
      value += words.get(list[end] ?? '');
  }
  return { value: value.includes('.') ? value.replace(/\.?0+$/, '') : value, end };
}

function take(reading: Reading, word: string): boolean {
  const scale = scales.get(word);
  if (scale !== undefined) return takeScale(reading, scale);
  const value = words.get(word);
  if (value === undefined || reading.after === 'small') return false;
  if (reading.after === 'tens' && (value === 0 || value > 9)) return false;
  reading.current = (reading.current ?? 0) + value;
  reading.after = value >= 20 ? 'tens' : 'small';
  return true;
}

function takeScale(reading: Reading, scale: number): boolean {
  if (scale === 100) {
    if ((reading.current ?? 1) >= 100 || reading.current === 0) return false;
    reading.current = (reading.current ?? 1) * 100;
  } else {
    if (scale >= reading.lastScale) return false;
    reading.total += (reading.current ?? 1) * scale;
    reading.current = null;
    reading.lastScale = scale;
  }
  reading.after = 'scale';
  return true;
}
