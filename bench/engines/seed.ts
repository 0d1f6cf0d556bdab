/*
 * A log that has grown: the sessions that one play of all dialogues has left, copied under new ids over five days, in
 * the order of their birth, until there are as many events as wanted. So rows, texts and their sizes are the program's.
 */

const dayMs = 86_400_000;
export const seededDays = 5;

/** What is copied was born a little before, and is to lie on the same day. */
const begunMs = 5 * 60_000;

/** How far back each copy lies, ms, the oldest first; every day has as many of them. */
export function shiftsOf(copies: number, now: number): readonly number[] {
  const today = now - (now % dayMs);
  return Array.from({ length: copies }, (_, index) => {
    const at = (index * seededDays) / copies;
    const daysBack = seededDays - 1 - Math.floor(at);
    const long = daysBack === 0 ? now - today : dayMs;
    return now - (today - daysBack * dayMs + begunMs + Math.floor((at % 1) * (long - begunMs)));
  });
}

/** Instants from which the store makes the partitions of all days that are seeded. */
export const oldestDay = (now: number): number => now - (seededDays - 1) * dayMs;

/** What an id keeps when its instant is another one: 13 characters of a UUID, version 7, are the instant. */
export const idTail = 14;
