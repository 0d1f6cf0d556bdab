import { RE2JS } from 're2js';
import { boundedCache } from './bounded-cache.ts';

const longestPattern = 500;

/** Instructions of a compiled pattern. `[A-Z]{2}\d{6}` has 10, `.{1,250}` about 500. */
const largestProgram = 600;

/**
 * Instructions times characters that one look may cost: RE2 is linear in their product, at 40 to 100 ns each when it is
 * forced to its slowest engine.
 */
const steps = 150_000;

const compiled = boundedCache(500, (pattern): RE2JS | string => {
  if ([...pattern].length > longestPattern) return `A pattern has at most ${longestPattern} characters.`;
  // Before compiling, since `(a{1000}b{1000}…)` is short and takes half a second and the memory to match.
  if (expandedSize(pattern) > 4 * largestProgram) return tooLarge;
  try {
    const program = RE2JS.compile(pattern);
    return program.programSize() > largestProgram ? tooLarge : program;
  } catch (error) {
    return `This is no pattern that RE2 takes: ${error instanceof Error ? error.message : String(error)}.`;
  }
});

const tooLarge = 'This pattern is too large: counts such as {1000} are written out; use + or *, or smaller counts.';

/** Why a pattern cannot be used, as a sentence for its author; null when it can. */
export function patternFault(pattern: string): string | null {
  const program = compiled(pattern);
  return typeof program === 'string' ? program : null;
}

/** Whether some part of the text matches. Looked for in the first 250 characters at least, by the pattern's size. */
export function matchesAnywhere(pattern: string, text: string): boolean {
  const program = compiled(pattern);
  if (typeof program === 'string') return false;
  try {
    return program.matcher(text.slice(0, lengthFor(program))).find();
  } catch {
    return false;
  }
}

/**
 * The first group of a pattern that matches the whole text, the whole text where there is no group, null when it does
 * not match. A text that is too long for the pattern's size, 250 characters at least, does not match.
 */
export function groupOfWhole(pattern: string, text: string): string | null {
  const program = compiled(pattern);
  if (typeof program === 'string' || text.length > lengthFor(program)) return null;
  try {
    const matcher = program.matcher(text);
    if (!matcher.matches()) return null;
    return matcher.groupCount() > 0 ? (matcher.group(1) ?? null) : text;
  } catch {
    return null;
  }
}

function lengthFor(program: RE2JS): number {
  return Math.floor(steps / Math.max(1, program.programSize()));
}

/** About how many instructions a pattern becomes once its counts are written out; never throws, whatever the text. */
function expandedSize(pattern: string): number {
  const outer: number[] = [];
  let size = 0;
  let last = 0;
  for (const [token] of pattern.matchAll(tokens)) {
    if (token === '(') {
      outer.push(size);
      size = 0;
      last = 0;
    } else if (token === ')') {
      last = size + 2;
      size = (outer.pop() ?? 0) + last;
    } else if (token.length > 2 && token.startsWith('{')) {
      const most = Math.max(...token.slice(1, -1).split(',').map(Number));
      size += last * (most - 1);
      last *= most;
    } else {
      last = token.startsWith('\\Q') ? token.length : 1;
      size += last;
    }
  }
  return outer.reduce((sum, each) => sum + each, size);
}

/** A quotation, an escape, a class, a count or one character. */
const tokens = /\\Q(?:[^\\]|\\(?!E))*(?:\\E)?|\\[\s\S]|\[\^?\]?(?:\\[\s\S]|\[:|[^\]\\])*\]|\{\d+(?:,\d*)?\}|[\s\S]/g;
