// Builds the web pages into dist/web and lays a compressed copy beside each file, so that serving them costs no work.
// Does nothing when nothing they are made of has changed since the last build.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, gzip, constants as zlib } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'dist', 'web');
const stampFile = join(out, '.built');
const sources = ['src/web', 'src/contract', 'src/core', 'vite.config.ts', 'package-lock.json', 'scripts/build-web.mjs'];

/** @returns {string[]} every file below `path`, or `path` itself when it is a file */
function filesBelow(/** @type {string} */ path) {
  if (!existsSync(path)) return [];
  try {
    const entries = readdirSync(path, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [path];
  }
}

function keyOfSources() {
  const hash = createHash('sha256');
  const files = sources.flatMap((source) => filesBelow(join(root, source))).sort();
  for (const file of files.filter((file) => !file.endsWith('.test.ts'))) {
    hash
      .update(`${file.slice(root.length)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
}

async function compress(/** @type {string} */ file) {
  const body = readFileSync(file);
  const params = { [zlib.BROTLI_PARAM_QUALITY]: 11, [zlib.BROTLI_PARAM_SIZE_HINT]: body.length };
  writeFileSync(`${file}.br`, await promisify(brotliCompress)(body, { params }));
  writeFileSync(`${file}.gz`, await promisify(gzip)(body, { level: 9 }));
}

async function buildWeb() {
  const key = keyOfSources();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === key) return;
  const begun = performance.now();
  const { build } = await import('vite');
  await build({ configFile: join(root, 'vite.config.ts'), configLoader: 'native' });
  const files = filesBelow(out).filter((file) => /\.(js|css|html|svg)$/.test(file));
  await Promise.all(files.map(compress));
  writeFileSync(stampFile, key);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  process.stdout.write(`web: ${files.length} files built into dist/web in ${seconds} s\n`);
}

await buildWeb();
