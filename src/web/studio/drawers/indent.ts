const step = '  ';

type Indented = Readonly<{ text: string; selected: readonly [number, number] }>;

/** Moves the lines that are selected; with nothing selected, more puts the blanks where the cursor is. */
export function indented(text: string, [from, to]: readonly [number, number], how: 'more' | 'less'): Indented {
  if (how === 'more' && from === to) {
    return { text: text.slice(0, from) + step + text.slice(to), selected: [from + step.length, from + step.length] };
  }
  const start = text.lastIndexOf('\n', from - 1) + 1;
  const next = text.indexOf('\n', to);
  const end = next === -1 ? text.length : next;
  const lines = text.slice(start, end).split('\n');
  const moved = lines.map((line) => (how === 'more' ? step + line : line.replace(/^ {1,2}|^\t/, '')));
  const put = moved.join('\n');
  const first = (moved[0]?.length ?? 0) - (lines[0]?.length ?? 0);
  const all = put.length - (end - start);
  return {
    text: text.slice(0, start) + put + text.slice(end),
    selected: [Math.max(start, from + first), Math.max(start, to + all)],
  };
}
