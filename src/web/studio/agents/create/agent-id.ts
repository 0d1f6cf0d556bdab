/** What an id may be made of, as the server wants it. */
const allowed = /^[A-Za-z0-9_-]{1,64}$/;

export const isAgentId = (id: string): boolean => allowed.test(id);

const longestStem = 58;

/** An id that a name suggests, and that none of the known ones is: small letters, words parted by hyphens. */
export function suggestId(name: string, taken: ReadonlySet<string>): string {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').replaceAll('ß', 'ss').toLowerCase();
  const stem =
    plain
      .replaceAll(/[^a-z0-9]+/g, '-')
      .slice(0, longestStem)
      .replaceAll(/^-+|-+$/g, '') || 'agent';
  if (!taken.has(stem)) return stem;
  for (let number = 2; ; number += 1) if (!taken.has(`${stem}-${number}`)) return `${stem}-${number}`;
}
