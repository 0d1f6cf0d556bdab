import type { Dialogue } from '../src/replay/dialogues.ts';

const words =
  'please could you find a table for two at seven near the old harbour tomorrow evening my order has not arrived yet ' +
  'which number is it thanks that works great is there anything else I can do today yes no sorry one moment let me look';

/** Small numbers from a seed (mulberry32): 0 inclusive to 1 exclusive. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The same dialogues for the same seed: 8 to 16 turns by turns, texts of about 50 characters. */
export function generatedDialogues(count: number, seed: number): readonly Dialogue[] {
  const chance = chances(seed);
  const vocabulary = words.split(' ');
  const text = (): string =>
    Array.from({ length: 4 + Math.floor(chance() * 14) }, () => vocabulary[Math.floor(chance() * vocabulary.length)])
      .join(' ')
      .concat('.');
  return Array.from({ length: count }, (_, index) => ({
    id: `generated-${index}`,
    turns: Array.from({ length: 8 + 2 * Math.floor(chance() * 5) }, (_turn, at) => ({
      from: at % 2 === 0 ? ('user' as const) : ('live_agent' as const),
      text: text(),
    })),
  }));
}
