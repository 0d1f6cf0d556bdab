/** A part of a text, and whether it stands on its own side only. */
export type Piece = Readonly<{ text: string; isOwn: boolean }>;

export type Marked = Readonly<{ before: readonly Piece[]; after: readonly Piece[] }>;

/** Words, blanks, and every other sign by itself. */
const words = /\s+|[\p{L}\p{N}_$]+|[^\s\p{L}\p{N}_$]/gu;

/** What differs between two texts, word by word. Joined together, the pieces are the texts. */
export const markWords = (before: string, after: string): Marked =>
  mark(before.match(words) ?? [], after.match(words) ?? []);

/** What differs line by line. */
export const markLines = (before: readonly string[], after: readonly string[]): Marked => mark(before, after, false);

/** Beyond this the two are not compared part by part: it would take the page's time. */
const mostCells = 4_000_000;

function mark(before: readonly string[], after: readonly string[], isJoined = true): Marked {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const inner = common(before.slice(start, before.length - end), after.slice(start, after.length - end));
  const flags = (own: readonly boolean[]): readonly boolean[] => [
    ...Array<boolean>(start).fill(false),
    ...own,
    ...Array<boolean>(end).fill(false),
  ];
  const pieces = (parts: readonly string[], own: readonly boolean[]): readonly Piece[] =>
    parts.map((text, index) => ({ text, isOwn: own[index] ?? true }));
  const marked = { before: pieces(before, flags(inner.before)), after: pieces(after, flags(inner.after)) };
  return isJoined ? { before: joined(marked.before), after: joined(marked.after) } : marked;
}

/** Which parts are in no longest common sequence. */
function common(
  before: readonly string[],
  after: readonly string[],
): Readonly<{ before: boolean[]; after: boolean[] }> {
  const own = { before: before.map(() => true), after: after.map(() => true) };
  if (before.length * after.length > mostCells) return own;
  const width = after.length + 1;
  const lengths = new Uint16Array((before.length + 1) * width);
  const at = (one: number, other: number): number => lengths[one * width + other] ?? 0;
  for (let one = before.length - 1; one >= 0; one -= 1) {
    for (let other = after.length - 1; other >= 0; other -= 1) {
      lengths[one * width + other] =
        before[one] === after[other] ? at(one + 1, other + 1) + 1 : Math.max(at(one + 1, other), at(one, other + 1));
    }
  }
  for (let one = 0, other = 0; one < before.length && other < after.length; ) {
    if (before[one] === after[other]) {
      own.before[one] = false;
      own.after[other] = false;
      one += 1;
      other += 1;
    } else if (at(one + 1, other) >= at(one, other + 1)) one += 1;
    else other += 1;
  }
  return own;
}

/** Neighbours of one kind as one piece; blanks between two that are marked are marked with them. */
function joined(pieces: readonly Piece[]): readonly Piece[] {
  const found: Piece[] = [];
  for (const [index, { text, isOwn }] of pieces.entries()) {
    const isBridge = text.trim() === '' && pieces[index - 1]?.isOwn === true && pieces[index + 1]?.isOwn === true;
    const marks = isOwn || isBridge;
    const last = found.at(-1);
    if (last?.isOwn === marks) found[found.length - 1] = { text: last.text + text, isOwn: marks };
    else found.push({ text, isOwn: marks });
  }
  return found;
}
