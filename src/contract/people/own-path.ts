const longest = 1_000;
const nowhere = 'http://own.invalid';

/**
 * A path of this server to go on to, from a text that a stranger may have written: it leads to no other site, however a
 * browser reads it. @returns the path as it is to be followed; `instead` for what is none.
 */
export function ownPath(text: string | null | undefined, instead: string): string {
  if (text === null || text === undefined || text.length > longest || !text.startsWith('/')) return instead;
  const url = URL.parse(text, nowhere);
  // What is taken out of a path (tabs, dots) may leave two slashes at its beginning, which name a host.
  if (url === null || url.origin !== nowhere || url.pathname.startsWith('//')) return instead;
  return `${url.pathname}${url.search}${url.hash}`;
}
