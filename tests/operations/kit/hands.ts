/** Where the hands of tests with a hand clock stand at first; tokens of today are good then. */
export const handStart = Date.parse('2026-05-03T08:00:00.000Z');
