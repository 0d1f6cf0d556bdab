/** Choices that a seed repeats; when they fall is the machine's own. */
export type Chance = Readonly<{
  /** 0 up to 1. */
  next: () => number;
  /** A whole number from `least` to `most`. */
  between: (least: number, most: number) => number;
  /** True in so many cases of one. */
  happens: (share: number) => boolean;
  /** Chances of its own for a part of the run, so that parts do not disturb each other. */
  fork: (name: string) => Chance;
}>;

/** Mulberry32, seeded by FNV-1a of the text. */
export function chanceOf(seed: string): Chance {
  let state = 0x811c9dc5;
  for (let index = 0; index < seed.length; index += 1) {
    state = Math.imul(state ^ seed.charCodeAt(index), 0x01000193);
  }
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    happens: (share) => next() < share,
    fork: (name) => chanceOf(`${seed}/${name}`),
  };
}
