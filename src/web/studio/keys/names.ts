/** What ids are called: people by their names, keys by their labels. */
export type Names = ReadonlyMap<string, string>;

const id = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A part of what an entry is about, as it is shown. */
export type TargetPart = Readonly<{ text: string; isCode: boolean; full: string }>;

/** @param target of an entry: ids and words, with blanks between them. What is told twice is shown once. */
export function partsOf(target: string, names: Names): readonly TargetPart[] {
  const parts = target.split(' ').filter((part) => part !== '');
  const shown = parts.map((part): TargetPart => {
    const name = names.get(part);
    if (name !== undefined) return { text: name, isCode: false, full: part };
    return { text: id.test(part) ? `…${part.slice(-12)}` : part, isCode: true, full: part };
  });
  return shown.filter(({ text }, index) => shown.findIndex((other) => other.text === text) === index);
}
