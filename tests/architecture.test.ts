import { strict as assert } from 'node:assert';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkArchitecture } from './architecture/check.ts';

const src = fileURLToPath(new URL('../src', import.meta.url));

function readHouse(): Map<string, string> {
  if (!existsSync(src)) return new Map();
  const files = readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => `${entry.parentPath}${sep}${entry.name}`)
    .sort();
  return new Map(files.map((file) => [relative(src, file).replaceAll(sep, '/'), readFileSync(file, 'utf8')]));
}

test('every file of src keeps to its room, its powers and its budget', () => {
  const faults = checkArchitecture(readHouse()).map(({ message }) => message);
  assert.equal(faults.length, 0, `\n${faults.join('\n')}\n`);
});
