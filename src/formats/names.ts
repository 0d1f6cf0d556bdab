/** Names that every object seems to have; as a key they are more trouble than they are worth. */
const troublesome: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

const longestName = 64;

/** Makes a name of what somebody wrote: only the letters that are allowed, and never empty. */
const plain = (text: string, strange: RegExp, fallback: string): string => {
  const reduced = text
    .slice(0, 4 * longestName)
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .trim()
    .replace(strange, '_')
    .slice(0, longestName);
  return /[A-Za-z0-9]/.test(reduced) && !troublesome.has(reduced) ? reduced : fallback;
};

/** ^[A-Za-z_][A-Za-z0-9_]{0,63}$ */
export function parameterName(text: string, fallback: string): string {
  const name = plain(text, /[^A-Za-z0-9_]+/g, fallback);
  return /^[0-9]/.test(name) ? `_${name}`.slice(0, longestName) : name;
}

/** ^[A-Za-z0-9_-]{1,64}$, for nodes, outputs, intents and entities. */
export const identifier = (text: string, fallback: string): string =>
  plain(text, /[^A-Za-z0-9_-]+/g, fallback).replace(/(?<=.)_+$/, '');

/** Names that are taken; gives each new one a number where it must. */
export class Taken {
  private readonly names: Set<string>;
  private readonly next = new Map<string, number>();

  constructor(names: Iterable<string> = []) {
    this.names = new Set(names);
  }

  /** The name itself, or the name with the first number that is free. */
  unique(name: string): string {
    let free = name;
    let number = this.next.get(name) ?? 2;
    while (this.names.has(free)) {
      const ending = `_${number}`;
      free = `${name.slice(0, longestName - ending.length)}${ending}`;
      number += 1;
    }
    this.next.set(name, number);
    this.names.add(free);
    return free;
  }
}
