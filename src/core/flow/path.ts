/** A way into JSON: names of fields and places in lists. */
export type Path = readonly (string | number)[];

const part = /^(?:\.?([A-Za-z_$@-][\w$@-]*)|\[(\d{1,9})\]|\["([^"\\]*)"\])/;

/**
 * Reads a path such as `order.items[0].name` or `["odd name"].id`; a leading `$` or `$.` stands for the whole.
 * @returns null when it is none.
 */
export function parsePath(text: string): Path | null {
  let rest = text.trim().replace(/^\$(?=$|[.[])/, '');
  const path: (string | number)[] = [];
  while (rest !== '') {
    const found = part.exec(rest);
    if (found === null || (path.length === 0 && rest.startsWith('.') && rest === text.trim())) return null;
    const [whole, name, index, quoted] = found;
    // Names within a path are set apart by dots.
    if (path.length > 0 && name !== undefined && !whole.startsWith('.')) return null;
    path.push(index === undefined ? (name ?? quoted ?? '') : Number(index));
    rest = rest.slice(whole.length);
  }
  return path;
}

/** What stands at a path; undefined when nothing does. Own properties only. */
export function valueAt(json: unknown, path: Path): unknown {
  let value = json;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}
