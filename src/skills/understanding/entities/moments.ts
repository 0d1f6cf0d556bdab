import { type Chrono, de, en, es, fr, it, ja, nl, type ParsedComponents, pt, sv, zh } from 'chrono-node';
import { boundedCache } from '../bounded-cache.ts';
import { clockWords } from './clock-words.ts';
import { countryOf } from './countries.ts';

/**
 * How far chrono reads, since its patterns are no straight roads: `a w a w …` is quadratic in English and takes 4 ms at
 * this length, with two blanks each 120 ms (so blanks are folded to one); and a moment has few numbers.
 */
const most = { characters: 100, numbers: 10 };

/**
 * Dutch and Italian are exponential: `2h 2h …` takes 35 ms at forty characters without the bound on numbers and 370 ms
 * at a hundred, `un s un s …` 30 ms at forty and minutes at a hundred. Finnish, Arabic, Russian and Ukrainian are worse (`дня дня …` 80 ms at fifty,
 * `ثانية …` three seconds at two hundred) and are not read at all.
 */
const mostOfSteep = { characters: 30, numbers: 6 };

const day = 86_400_000;

/** chrono knows these with an article only, and takes the last word of them for the whole. */
const overmorrow = /\bday after (?=tomorrow\b)/giu;

/** Short names of weekdays that are words of English: *do*, *on*, *so*, *mi*. In a longer date they are part of more. */
const isWord = (said: string): boolean => /^\p{L}{1,3}$/u.test(said.trim());

type Language = Readonly<{ parse: Chrono['parse'] }>;

const english: readonly Language[] = [en, en.GB];
const latin: readonly Language[] = [de, fr, es, pt, sv];
const steep: readonly Language[] = [it, nl];
const eastern: readonly Language[] = [ja, zh.hant, zh.hans];
const easternScript = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u;

/** A day that a text names, as YYYY-MM-DD in the time zone, or null; words such as *tomorrow* count from `at`. */
export function dateIn(text: string, timeZone: string | undefined, at: number): string | null {
  const wall = wallClock(timeZone, at);
  const named = (known: ParsedComponents) => known.isCertain('day') || known.isCertain('weekday');
  let found = momentIn(text, timeZone, wall, named);
  // Days without a year begin at noon for chrono: after it, the third of May would not be today but a year from now.
  if (found !== null && !found.isCertain('year')) found = momentIn(text, timeZone, wall - (wall % day), named);
  if (found === null) return null;
  const value = `${padded(found.get('year'), 4)}-${padded(found.get('month'), 2)}-${padded(found.get('day'), 2)}`;
  return /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value) && value >= '0001' ? value : null;
}

/** A time of day that a text names, as HH:MM by its own clock (*3 pm EST* is 15:00), or null. */
export function timeIn(text: string, timeZone: string | undefined, at: number): string | null {
  const found = momentIn(clockWords(beginning(text, most)), timeZone, wallClock(timeZone, at), (known) =>
    known.isCertain('hour'),
  );
  if (found === null) return null;
  const value = `${padded(found.get('hour'), 2)}:${padded(found.get('minute') ?? 0, 2)}`;
  return /^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/.test(value) ? value : null;
}

/** What the language makes of it that understands the longest part of it; where they agree, English is first. */
function momentIn(
  text: string,
  timeZone: string | undefined,
  wall: number,
  wanted: (known: ParsedComponents) => boolean,
): ParsedComponents | null {
  const looked = beginning(text, most).replace(overmorrow, 'the day after ');
  // The wall clock as if it were UTC, so that neither this machine's zone nor a change of clocks comes in between.
  const reference = { instant: new Date(wall), timezone: 0 };
  let best: { length: number; known: ParsedComponents } | null = null;
  for (const language of languagesFor(looked, timeZone)) {
    for (const { text: said, start } of parsedBy(language, looked, reference)) {
      if (isWord(said) && said.trim() !== looked.trim() && !english.includes(language)) continue;
      if (wanted(start) && (best === null || said.length > best.length)) best = { length: said.length, known: start };
    }
  }
  return best?.known ?? null;
}

function beginning(text: string, { characters, numbers }: typeof most): string {
  const line = text
    .slice(0, 4 * characters)
    .normalize('NFKC')
    .replace(/\s+/gu, ' ')
    .trimStart()
    .slice(0, characters);
  const [next] = [...line.matchAll(/\d+/g)].slice(numbers);
  return next === undefined ? line : line.slice(0, next.index);
}

function parsedBy(language: Language, text: string, reference: Readonly<{ instant: Date; timezone: number }>) {
  try {
    return language.parse(steep.includes(language) ? beginning(text, mostOfSteep) : text, reference, {
      forwardDate: true,
    });
  } catch {
    return [];
  }
}

/**
 * 3/5 is the fifth of March where the flow's time zone is American or lies in no country, and the third of May
 * elsewhere; 3.5. is always the third of May.
 */
function languagesFor(text: string, timeZone: string | undefined): readonly Language[] {
  const country = countryOf(timeZone);
  const monthFirst = (country === null || country === 'US') && !/\d\.\d{1,2}\./.test(text);
  return [monthFirst ? en : en.GB, ...latin, ...steep, ...(easternScript.test(text) ? eastern : [])];
}

const formatOf = boundedCache(200, (timeZone): Intl.DateTimeFormat => {
  const form = { dateStyle: 'short', timeStyle: 'medium', hourCycle: 'h23', calendar: 'iso8601' } as const;
  try {
    return new Intl.DateTimeFormat('sv', { ...form, timeZone });
  } catch {
    return new Intl.DateTimeFormat('sv', { ...form, timeZone: 'UTC' });
  }
});

/** What a clock on the wall shows, ms since 1970 as if it hung in Greenwich. */
function wallClock(timeZone: string | undefined, at: number): number {
  const instant = Number.isFinite(at) && Math.abs(at) < 8e15 ? at : 0;
  const shown = Date.parse(
    `${formatOf(timeZone ?? 'UTC')
      .format(instant)
      .replace(' ', 'T')}Z`,
  );
  return Number.isNaN(shown) ? instant : shown;
}

function padded(value: number | null, length: number): string {
  return String(value ?? '').padStart(length, '0');
}
