/** 64 before the @ and 255 after it: RFC 5321, 4.5.3.1. */
const longestLocal = 64;
const longestDomain = 255;

const localCharacter = /[\p{L}\p{M}\p{N}.!#$%&'*+/=?^_`{|}~-]/u;
const domainCharacter = /[\p{L}\p{M}\p{N}.-]/u;
const label = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u;
const topLabel = /^(?:[\p{L}\p{M}]{2,63}|xn--[a-z0-9-]{1,59})$/iu;

/**
 * The first e-mail address in a text, its domain in lower case; null when there is none. It walks outwards from each @,
 * no further than an address may be long, so that its time is linear.
 */
export function emailIn(text: string): string | null {
  const characters = [...text];
  for (const [index, character] of characters.entries()) {
    if (character !== '@') continue;
    const local = localBefore(characters, index);
    const domain = domainAfter(characters, index);
    if (local !== null && domain !== null) return `${local}@${domain}`;
  }
  return null;
}

function localBefore(characters: readonly string[], at: number): string | null {
  let start = at;
  while (start > 0 && at - start <= longestLocal && localCharacter.test(characters[start - 1] ?? '')) start -= 1;
  const local = characters
    .slice(start, at)
    .join('')
    .replace(/^[.'`]+/, '');
  if (local === '' || local.length > longestLocal || local.endsWith('.') || local.includes('..')) return null;
  return local;
}

function domainAfter(characters: readonly string[], at: number): string | null {
  let end = at + 1;
  while (end < characters.length && end - at <= longestDomain + 1 && domainCharacter.test(characters[end] ?? ''))
    end += 1;
  const labels = characters
    .slice(at + 1, end)
    .join('')
    .replace(/[.-]+$/, '')
    .toLowerCase()
    .split('.');
  const fits = labels.length > 1 && labels.every((each) => label.test(each)) && topLabel.test(labels.at(-1) ?? '');
  const domain = labels.join('.');
  return fits && domain.length <= longestDomain ? domain : null;
}
