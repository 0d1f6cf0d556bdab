import { dirname } from 'node:path/posix';
import { isTest } from './rooms.ts';
import type { Source } from './source.ts';

export type Budget = 'file' | 'function' | 'folder' | 'parameters';

/** A budget tells one to think, not to slice. */
export const limits: Readonly<Record<Budget, number>> = { file: 300, function: 50, folder: 15, parameters: 5 };

export interface Exception {
  budget: Budget;
  /** A path relative to src; for functions and parameters followed by `#name`. */
  what: string;
  limit: number;
  reason: string;
}

/** What may be larger, and why. An exception that is no longer needed is a fault. */
export const exceptions: readonly Exception[] = [];

export interface Excess {
  budget: Budget;
  what: string;
  path: string;
  size: number;
}

/** Everything that is measured: files, functions, parameters, folders. */
export function measure(sources: readonly Source[]): Excess[] {
  const measured = sources.filter(({ path }) => !isTest(path));
  const perFolder = Map.groupBy(measured, ({ path }) => dirname(path));
  const files = measured.flatMap(({ path, lines, functions }): Excess[] => [
    { budget: 'file', what: path, path, size: lines },
    ...functions.flatMap(({ name, lines: size, parameters }): Excess[] => [
      { budget: 'function', what: `${path}#${name}`, path, size },
      { budget: 'parameters', what: `${path}#${name}`, path, size: parameters },
    ]),
  ]);
  const folders = [...perFolder].map(
    ([folder, inside]): Excess => ({ budget: 'folder', what: folder, path: `${folder}/`, size: inside.length }),
  );
  return [...files, ...folders];
}

/** How a size is said, and what to do about it. */
export const wording: Readonly<Record<Budget, { unit: string; advice: string }>> = {
  file: { unit: 'lines', advice: 'find the second subject in it and give that a file' },
  function: { unit: 'lines', advice: 'name its steps' },
  folder: { unit: 'files', advice: 'find the subject that deserves a folder of its own' },
  parameters: { unit: 'parameters', advice: 'pass one object, or find what belongs together' },
};
