import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Plant } from './plants.ts';

const src = new URL('../../src/', import.meta.url);

/** The file with the fault in it. @throws Error when the passage is not there just once. */
export function planted({ file, find, put }: Plant): string {
  const source = readFileSync(new URL(file, src), 'utf8');
  if (source.split(find).length !== 2)
    throw new Error(`The passage of a plant is not found once in src/${file}: ${find}`);
  return source.replace(find, () => put);
}

/** From now on the file is loaded with the fault; it must not have been loaded before. */
export function plant(fault: Plant): void {
  const path = fileURLToPath(new URL(fault.file, src));
  const source = planted(fault);
  registerHooks({
    load: (url, context, next) =>
      url.startsWith('file:') && fileURLToPath(url) === path
        ? { format: 'module-typescript', source, shortCircuit: true }
        : next(url, context),
  });
}
