import { StartError } from '../app.ts';

/** Writes a line for the person at the terminal. */
export type Say = (line: string) => void;

/** @throws StartError when the text of an option is no whole number within bounds. */
export function wholeOption(name: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new StartError(`${name} is "${text}"; give a whole number from ${least} to ${most}.`);
}
