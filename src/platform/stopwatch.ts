/** Ms since some instant, with fractions; for measuring durations, never for saying when. */
export const stopwatch = (): number => performance.now();
